package dev.framepack.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The small safetensors files of the golden data, read whole. */
public final class GoldenTensors {

  public static final Path ROOT = Path.of("src/test/resources/golden");

  /** One tensor: its safetensors storage type, shape and raw little-endian bytes. */
  public record Tensor(String dtype, List<Integer> shape, ByteBuffer data) {

    public float[] floats() {
      float[] values = new float[data.remaining() / Float.BYTES];
      data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }

    public long[] longs() {
      long[] values = new long[data.remaining() / Long.BYTES];
      data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
      return values;
    }

    public byte[] bytes() {
      byte[] values = new byte[data.remaining()];
      data.duplicate().get(values);
      return values;
    }
  }

  private GoldenTensors() {}

  /** Reads {@code io.safetensors} of a folder of the golden data. */
  public static Map<String, Tensor> read(String folder) {
    try {
      ByteBuffer file =
          ByteBuffer.wrap(Files.readAllBytes(ROOT.resolve(folder).resolve("io.safetensors")))
              .order(ByteOrder.LITTLE_ENDIAN);
      int headerBytes = Math.toIntExact(file.getLong(0));
      JsonNode header = new ObjectMapper().readTree(file.array(), Long.BYTES, headerBytes);
      int base = Long.BYTES + headerBytes;
      return header.properties().stream()
          .filter(entry -> !entry.getKey().equals("__metadata__"))
          .collect(Collectors.toMap(Map.Entry::getKey, e -> tensor(file, base, e.getValue())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor tensor(ByteBuffer file, int base, JsonNode entry) {
    int begin = entry.get("data_offsets").get(0).asInt();
    int end = entry.get("data_offsets").get(1).asInt();
    List<Integer> shape = entry.get("shape").valueStream().map(JsonNode::asInt).toList();
    return new Tensor(entry.get("dtype").asString(), shape, file.slice(base + begin, end - begin));
  }
}
