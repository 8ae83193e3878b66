package dev.framepack.kernels.conformance;

import dev.framepack.kernels.conformance.OpCase.Operand;
import dev.framepack.kernels.tensor.BFloat16;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** BF16 and F16 values as floats, and what rounding to them costs. */
final class HalfPrecision {
  private HalfPrecision() {}

  /** Half the distance of two neighbours over the smaller one: 2^-p for a significand of p bits. */
  static double unitRoundoff(DType dtype) {
    return switch (dtype) {
      case F32 -> 0x1p-24;
      case BF16 -> 0x1p-8;
      case F16 -> 0x1p-11;
      case I32, U8 -> throw new IllegalArgumentException(dtype + " is no float");
    };
  }

  static float[] floats(MemorySegment bytes, DType dtype) {
    if (dtype == DType.F32) {
      return bytes.toArray(ValueLayout.JAVA_FLOAT);
    }
    short[] halves = bytes.toArray(ValueLayout.JAVA_SHORT);
    float[] wide = new float[halves.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = dtype == DType.BF16 ? BFloat16.toFloat(halves[i]) : Float.float16ToFloat(halves[i]);
    }
    return wide;
  }

  /** Each value rounded to nearest even. */
  static float[] rounded(float[] values, DType dtype) {
    float[] rounded = values.clone();
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] =
          switch (dtype) {
            case BF16 -> BFloat16.toFloat(BFloat16.fromFloat(values[i]));
            case F16 -> Float.float16ToFloat(Float.floatToFloat16(values[i]));
            case F32, I32, U8 -> values[i];
          };
    }
    return rounded;
  }

  /** The case in F32 with the same values, already rounded to the types they have here. */
  static OpCase widened(OpCase entry) {
    Operands in = Operands.of(entry);
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i < entry.operands().size(); i++) {
      Operand operand = entry.operands().get(i);
      float[] values = in.values(i);
      operands.add(
          operand.type().dtype().isFloating()
              ? new Operand(
                  new TensorType(operand.type().shape(), DType.F32),
                  (random, shape, index) -> values[(int) index],
                  operand.constant())
              : operand);
    }
    return new OpCase(entry.op(), operands, entry.overwrites());
  }
}
