package dev.framepack.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes small GGUF files byte by byte, right ones and whatever a test wants to be wrong. */
final class GgufWriter {
  static final int UINT32 = 4;
  static final int STRING = 8;

  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
  private final List<byte[]> data = new ArrayList<>();
  private long metadataCount;
  private long offset;
  int magic = 0x46554747;
  int version = 3;
  int alignment = 32;

  /** Other than the tensors that are there. */
  @Nullable Long statedTensors;

  private long tensorCount;
  int tail;

  static byte[] le(int bytes, long value) {
    return Arrays.copyOf(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(), bytes);
  }

  static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + bytes.length).put(le(8, bytes.length)).put(bytes).array();
  }

  /** A metadata entry: key, type, value. */
  GgufWriter entry(String key, int type, byte[]... value) {
    metadata.writeBytes(text(key));
    metadata.writeBytes(le(4, type));
    for (byte[] part : value) {
      metadata.writeBytes(part);
    }
    metadataCount++;
    return this;
  }

  /** A tensor at the next aligned place; dimensions fastest first, as the format has them. */
  GgufWriter tensor(String name, int type, byte[] bytes, long... dims) {
    header(name, type, offset, dims);
    data.add(bytes);
    offset = (offset + bytes.length + alignment - 1) / alignment * alignment;
    return this;
  }

  /** A tensor's record alone. */
  GgufWriter header(String name, int type, long at, long... dims) {
    tensors.writeBytes(text(name));
    tensors.writeBytes(le(4, dims.length));
    for (long dim : dims) {
      tensors.writeBytes(le(8, dim));
    }
    tensors.writeBytes(le(4, type));
    tensors.writeBytes(le(8, at));
    tensorCount++;
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(le(4, magic));
    out.writeBytes(le(4, version));
    out.writeBytes(le(8, statedTensors == null ? tensorCount : statedTensors));
    out.writeBytes(le(8, metadataCount));
    out.writeBytes(metadata.toByteArray());
    out.writeBytes(tensors.toByteArray());
    for (byte[] part : data) {
      pad(out);
      out.writeBytes(part);
    }
    pad(out);
    out.writeBytes(new byte[tail]);
    return out.toByteArray();
  }

  private void pad(ByteArrayOutputStream out) {
    while (out.size() % alignment != 0) {
      out.write(0);
    }
  }

  Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }
}
