package dev.framepack.engine.binding;

import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * F32 matrices to quantised ones, on the host. Q8_0 and Q4_0 by ggml's own rule ({@code
 * quantize_row_q8_0_ref}, {@code quantize_row_q4_0_ref}). E4M3 to the nearest code, ties to even,
 * under the smallest power of two that brings the row's largest magnitude to at most 448: a power
 * of two costs a float no precision, and expanding to BF16 or F16 rounds nothing again.
 */
final class Quantisation {
  private static final int BLOCK = 32;
  private static final int LEAST_SCALE_EXPONENT = Float.MIN_EXPONENT;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED;

  private Quantisation() {}

  /** Whether there is a rule for a format; others are read as files have them. */
  static boolean canMake(QuantFormat format) {
    return format != QuantFormat.Q4_K;
  }

  /**
   * Quantises a matrix.
   *
   * @param values F32 {@code [N, K]}
   * @param target of the format's size
   * @throws WeightException {@code MODEL_NON_FINITE} for NaN, infinity and scales beyond F16
   */
  static void quantise(
      Parameter parameter, MemorySegment values, QuantFormat format, MemorySegment target) {
    int rows = parameter.shape().size(0);
    int columns = parameter.shape().size(1);
    float[] row = new float[columns];
    for (int i = 0; i < rows; i++) {
      MemorySegment.copy(values, F32, 4L * i * columns, row, 0, columns);
      requireFinite(parameter, row);
      long at = i * format.rowBytes(columns);
      switch (format) {
        case FP8_E4M3 -> {
          float scale = e4m3Scale(row);
          target.set(F32, (long) rows * columns + 4L * i, scale);
          for (int j = 0; j < columns; j++) {
            target.set(ValueLayout.JAVA_BYTE, (long) i * columns + j, (byte) e4m3(row[j] / scale));
          }
        }
        case Q8_0 -> {
          for (int j = 0; j < columns; j += BLOCK, at += 34) {
            block8(parameter, row, j, target, at);
          }
        }
        case Q4_0 -> {
          for (int j = 0; j < columns; j += BLOCK, at += 18) {
            block4(parameter, row, j, target, at);
          }
        }
        case Q4_K -> throw new IllegalArgumentException("no rule to quantise to " + format);
      }
    }
  }

  private static void requireFinite(Parameter parameter, float[] row) {
    for (float value : row) {
      if (!Float.isFinite(value)) {
        throw WeightException.inTensor(
            WeightError.MODEL_NON_FINITE, null, parameter.name(), "has a NaN or infinite value");
      }
    }
  }

  private static float e4m3Scale(float[] row) {
    float most = 0;
    for (float value : row) {
      most = Math.max(most, Math.abs(value));
    }
    if (most == 0) {
      return 1;
    }
    int exponent = Math.getExponent(most);
    boolean above = most > Math.scalb(1.75f, exponent); // 448 = 1.75 * 2^8
    return Math.scalb(1f, Math.max(exponent - 8 + (above ? 1 : 0), LEAST_SCALE_EXPONENT));
  }

  /** The nearest code to a value of at most 448. */
  private static int e4m3(float value) {
    double magnitude = Math.abs(value);
    int exponent = Math.max(Math.getExponent(magnitude), -6);
    int steps = (int) Math.rint(Math.scalb(magnitude, 3 - exponent)); // 8 to 16, fewer: subnormal
    int code = (exponent + 6 << 3) + steps; // a carry of 16 goes on to the next exponent
    return value < 0 || 1 / value < 0 ? code | 0x80 : code;
  }

  private static void block8(
      Parameter parameter, float[] row, int from, MemorySegment target, long at) {
    float most = 0;
    for (int i = 0; i < BLOCK; i++) {
      most = Math.max(most, Math.abs(row[from + i]));
    }
    float d = most / 127;
    float inverse = d == 0 ? 0 : 1 / d;
    target.set(I16, at, scale(parameter, d));
    for (int i = 0; i < BLOCK; i++) {
      float scaled = row[from + i] * inverse;
      int magnitude = (int) (Math.abs((double) scaled) + 0.5); // half away from zero, as roundf
      target.set(ValueLayout.JAVA_BYTE, at + 2 + i, (byte) (scaled < 0 ? -magnitude : magnitude));
    }
  }

  private static void block4(
      Parameter parameter, float[] row, int from, MemorySegment target, long at) {
    float most = 0;
    float extreme = 0;
    for (int i = 0; i < BLOCK; i++) {
      float value = row[from + i];
      if (most < Math.abs(value)) {
        most = Math.abs(value);
        extreme = value;
      }
    }
    float d = extreme / -8;
    float inverse = d == 0 ? 0 : 1 / d;
    target.set(I16, at, scale(parameter, d));
    for (int i = 0; i < BLOCK / 2; i++) {
      int low = Math.min(15, (int) (row[from + i] * inverse + 8.5f));
      int high = Math.min(15, (int) (row[from + BLOCK / 2 + i] * inverse + 8.5f));
      target.set(ValueLayout.JAVA_BYTE, at + 2 + i, (byte) (low | high << 4));
    }
  }

  private static short scale(Parameter parameter, float d) {
    short half = Float.floatToFloat16(d);
    if (!Float.isFinite(Float.float16ToFloat(half))) {
      throw WeightException.inTensor(
          WeightError.MODEL_NON_FINITE,
          null,
          parameter.name(),
          "has values too large for a scale in F16: " + d);
    }
    return half;
  }
}
