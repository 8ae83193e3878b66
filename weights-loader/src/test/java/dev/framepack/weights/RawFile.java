package dev.framepack.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Safetensors files put together byte by byte, right or wrong. */
final class RawFile {
  private RawFile() {}

  /** Length field, header text and {@code dataBytes} bytes 0, 1, 2, ... */
  static byte[] of(String header, int dataBytes) {
    return of(header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  static byte[] of(byte[] header, int dataBytes) {
    return withLength(header.length, header, dataBytes);
  }

  /** As {@link #of} with a length field that may lie. */
  static byte[] withLength(long length, byte[] header, int dataBytes) {
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(length).put(header);
    for (int i = 0; i < dataBytes; i++) {
      file.put((byte) i);
    }
    return file.array();
  }

  /** A header with one entry {@code "a"} of the given fields. */
  static String entry(String dtype, String shape, String offsets) {
    return "{\"a\":" + fields(dtype, shape, offsets) + "}";
  }

  static String fields(String dtype, String shape, String offsets) {
    return "{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}".formatted(dtype, shape, offsets);
  }

  static Path write(Path folder, byte[] content) throws IOException {
    return Files.write(folder.resolve("model.safetensors"), content);
  }
}
