package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Quantised matrices as elements, a run of 32 at a time: what a run shares (scale, minimum) is
 * decoded once. K of E4M3 need not be a multiple of 32, so its runs may be shorter.
 */
final class DequantizeKernel {
  private static final int RUN = 32;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final float[] E4M3 = e4m3Values();

  private final MemorySegment x; // [N, rowBytes]
  private final MemorySegment y; // [N, K]
  private final DType target;
  private final long elements; // N K
  private final long depth; // K

  private DequantizeKernel(OpCall call) {
    x = call.input(0).hostSegment();
    y = call.output().hostSegment();
    target = call.output().dtype();
    elements = call.output().shape().elementCount();
    depth = call.output().shape().dim(1);
  }

  static Runnable bind(Dequantize op, OpCall call, KernelContext context) {
    DequantizeKernel kernel = new DequantizeKernel(call);
    long runs = Math.ceilDiv(kernel.elements, (long) RUN);
    return Split.rows(
        context,
        runs,
        RUN,
        (first, count) -> {
          for (long run = first; run < first + count; run++) {
            kernel.expand(op.format(), run);
          }
        });
  }

  private void expand(QuantFormat format, long run) {
    switch (format) {
      case FP8_E4M3 -> expandE4m3(run * RUN);
      case Q8_0 -> expandQ8(run * 34, run * RUN);
      case Q4_0 -> expandQ4(run * 18, run * RUN);
      case Q4_K -> expandQ4K(run / 8 * 144, (int) (run % 8), run * RUN);
    }
  }

  private void expandE4m3(long first) {
    long end = Math.min(first + RUN, elements);
    for (long i = first; i < end; i++) {
      float scale = x.get(ValueLayout.JAVA_FLOAT_UNALIGNED, elements + 4 * (i / depth));
      put(i, E4M3[unsigned(i)] * scale);
    }
  }

  private void expandQ8(long block, long first) {
    float d = half(block);
    for (int i = 0; i < RUN; i++) {
      put(first + i, d * x.get(ValueLayout.JAVA_BYTE, block + 2 + i));
    }
  }

  private void expandQ4(long block, long first) {
    float d = half(block);
    for (int i = 0; i < RUN / 2; i++) {
      int codes = unsigned(block + 2 + i);
      put(first + i, d * ((codes & 15) - 8));
      put(first + i + RUN / 2, d * ((codes >> 4) - 8));
    }
  }

  private void expandQ4K(long block, int run, long first) {
    long packed = block + 4;
    int low = unsigned(packed + run + 4);
    int scale =
        run < 4 ? unsigned(packed + run) & 63 : low & 15 | (unsigned(packed + run - 4) & 0xC0) >> 2;
    int minimum = run < 4 ? low & 63 : low >> 4 | (unsigned(packed + run) & 0xC0) >> 2;
    float d = half(block) * scale;
    float m = half(block + 2) * minimum;
    int shift = run % 2 * 4;
    for (int i = 0; i < RUN; i++) {
      put(first + i, d * (unsigned(block + 16 + run / 2 * 32 + i) >> shift & 15) - m);
    }
  }

  private void put(long i, float value) {
    switch (target) {
      case F32 -> y.set(FLOAT, 4 * i, value);
      case BF16 -> y.set(SHORT, 2 * i, LookupKernels.floatToBfloat16(value));
      default -> y.set(SHORT, 2 * i, Float.floatToFloat16(value));
    }
  }

  private float half(long at) {
    return Float.float16ToFloat(x.get(SHORT, at));
  }

  private int unsigned(long at) {
    return Byte.toUnsignedInt(x.get(ValueLayout.JAVA_BYTE, at));
  }

  /** An E4M3 code is binary16 with the exponent too small by 8. */
  private static float[] e4m3Values() {
    float[] values = new float[256];
    for (int code = 0; code < 256; code++) {
      int half = (code & 0x80) << 8 | (code & 0x7F) << 7;
      values[code] = (code & 0x7F) == 0x7F ? Float.NaN : 256 * Float.float16ToFloat((short) half);
    }
    return values;
  }
}
