package dev.framepack.engine.binding;

import dev.framepack.kernels.tensor.BFloat16;
import dev.framepack.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** F32 values rounded to nearest even, on the host. */
final class HalfValues {
  private HalfValues() {}

  /**
   * Rounds every value.
   *
   * @param values F32
   * @param target as many elements of {@code dtype}, BF16 or F16
   */
  static void round(MemorySegment values, DType dtype, MemorySegment target) {
    long count = values.byteSize() / Float.BYTES;
    for (long i = 0; i < count; i++) {
      float value = values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      target.setAtIndex(
          ValueLayout.JAVA_SHORT,
          i,
          dtype == DType.BF16 ? BFloat16.fromFloat(value) : Float.floatToFloat16(value));
    }
  }
}
