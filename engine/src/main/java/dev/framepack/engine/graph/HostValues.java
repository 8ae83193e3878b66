package dev.framepack.engine.graph;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.BFloat16;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Moves float and I32 values between Java arrays and tensors of any backend. */
public final class HostValues {
  private HostValues() {}

  /** The tensor's values, F32, BF16 or F16. */
  public static float[] download(Backend backend, Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.shape().elementCount())];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(Math.max(tensor.byteSize(), 1), 64);
      backend.download(tensor, host.asSlice(0, tensor.byteSize()));
      switch (tensor.dtype()) {
        case BF16 -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = BFloat16.toFloat(host.getAtIndex(ValueLayout.JAVA_SHORT, i));
          }
        }
        case F16 -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = Float.float16ToFloat(host.getAtIndex(ValueLayout.JAVA_SHORT, i));
          }
        }
        default -> MemorySegment.copy(host, ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
      }
    }
    return values;
  }

  /** Writes F32 values; there must be exactly as many as the tensor holds. */
  public static void upload(Backend backend, float[] values, Tensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      backend.upload(segment(arena, values), tensor);
    }
  }

  /** F32 values in off-heap memory. */
  public static MemorySegment segment(Arena arena, float... values) {
    MemorySegment segment = arena.allocate(Math.max(4L * values.length, 1), 64);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
    return segment.asSlice(0, 4L * values.length);
  }

  /** I32 values in off-heap memory. */
  public static MemorySegment segment(Arena arena, int... values) {
    MemorySegment segment = arena.allocate(Math.max(4L * values.length, 1), 64);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_INT, 0, values.length);
    return segment.asSlice(0, 4L * values.length);
  }
}
