package dev.framepack.engine;

import dev.framepack.weights.WeightFile;
import dev.framepack.weights.WeightTensor;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tensors of the golden data with their shapes, bytes and integers unconverted. */
public final class GoldenTensors {

  public static final Path ROOT = GoldenData.path("");

  /**
   * One tensor, copied out of its file.
   *
   * @param dtype its storage type's safetensors name
   * @param data raw little-endian bytes
   */
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
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (WeightFile file = WeightFile.open(GoldenData.path(folder + "/io.safetensors"))) {
      for (String name : Set.copyOf(file.names())) {
        WeightTensor tensor = file.tensor(name);
        List<Integer> shape = Arrays.stream(tensor.shape()).mapToObj(Math::toIntExact).toList();
        byte[] data = tensor.data().toArray(ValueLayout.JAVA_BYTE);
        tensors.put(name, new Tensor(tensor.type().toString(), shape, ByteBuffer.wrap(data)));
      }
    }
    return tensors;
  }
}
