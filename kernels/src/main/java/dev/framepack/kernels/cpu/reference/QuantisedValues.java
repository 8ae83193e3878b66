package dev.framepack.kernels.cpu.reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;

/** One element of a quantised matrix, as {@link QuantFormat} defines it. */
final class QuantisedValues {
  private QuantisedValues() {}

  static Runnable dequantize(Dequantize op, OpCall call, Workers workers) {
    MemorySegment x = call.input(0).hostSegment(); // [N, rowBytes]
    MemorySegment y = call.output().hostSegment();
    Shape matrix = call.output().shape(); // [N, K]
    Workers.Range body =
        (_, first, end) -> {
          for (long i = first; i < end; i++) {
            Conversions.write(y, op.target(), i, value(op.format(), x, matrix, i));
          }
        };
    return () -> workers.split(matrix.elementCount(), body);
  }

  private static float value(QuantFormat format, MemorySegment x, Shape matrix, long i) {
    return switch (format) {
      case FP8_E4M3 ->
          e4m3(unsigned(x, i))
              * x.get(JAVA_FLOAT_UNALIGNED, matrix.elementCount() + 4 * (i / matrix.dim(1)));
      case Q8_0 -> f16(x, i / 32 * 34) * x.get(JAVA_BYTE, i / 32 * 34 + 2 + i % 32);
      case Q4_0 -> {
        int code = unsigned(x, i / 32 * 18 + 2 + i % 16);
        yield f16(x, i / 32 * 18) * ((i % 32 < 16 ? code & 15 : code >> 4) - 8);
      }
      case Q4_K -> superblock(x, i / 256 * 144, (int) (i % 256));
    };
  }

  private static float superblock(MemorySegment x, long block, int element) {
    int run = element / 32;
    long packed = block + 4;
    int scale;
    int minimum;
    if (run < 4) {
      scale = unsigned(x, packed + run) & 63;
      minimum = unsigned(x, packed + run + 4) & 63;
    } else {
      int low = unsigned(x, packed + run + 4);
      scale = low & 15 | unsigned(x, packed + run - 4) >> 6 << 4;
      minimum = low >> 4 | unsigned(x, packed + run) >> 6 << 4;
    }
    int code = unsigned(x, block + 16 + run / 2 * 32 + element % 32);
    int nibble = run % 2 == 0 ? code & 15 : code >> 4;
    return f16(x, block) * scale * nibble - f16(x, block + 2) * minimum;
  }

  /** Sign, 4 bits of exponent with bias 7, 3 bits of mantissa; NaN at all ones. */
  private static float e4m3(int code) {
    int exponent = code >> 3 & 15;
    int mantissa = code & 7;
    float magnitude =
        (code & 0x7F) == 0x7F
            ? Float.NaN
            : exponent == 0
                ? Math.scalb((float) mantissa, -9)
                : Math.scalb((float) (8 + mantissa), exponent - 10);
    return code < 0x80 ? magnitude : -magnitude;
  }

  private static float f16(MemorySegment x, long at) {
    return Float.float16ToFloat(x.get(JAVA_SHORT_UNALIGNED, at));
  }

  private static int unsigned(MemorySegment x, long at) {
    return Byte.toUnsignedInt(x.get(JAVA_BYTE, at));
  }
}
