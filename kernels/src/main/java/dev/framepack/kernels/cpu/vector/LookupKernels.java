package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.TimestepEmbedding;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Conversions, table rows and sinusoids. */
final class LookupKernels {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

  private LookupKernels() {}

  static Runnable cast(OpCall call, KernelContext context) {
    Tensor from = call.input(0);
    Tensor to = call.output();
    MemorySegment x = from.hostSegment();
    MemorySegment y = to.hostSegment();
    int size = from.dtype().byteSize();
    Split.Range range =
        from.dtype() == to.dtype()
            ? (first, count) ->
                MemorySegment.copy(x, first * size, y, first * size, (long) count * size)
            : to.dtype() == DType.F32
                ? (first, count) -> widen(x, from.dtype(), y, first, count)
                : (first, count) -> narrow(x, from.dtype(), y, to.dtype(), first, count);
    return Split.elements(context, to.shape().elementCount(), range);
  }

  private static void widen(MemorySegment x, DType from, MemorySegment y, long first, int count) {
    if (from == DType.BF16) {
      for (int i = 0; i < count; i++) {
        y.set(FLOAT, 4 * (first + i), bfloat16ToFloat(x.get(SHORT, 2 * (first + i))));
      }
    } else {
      for (int i = 0; i < count; i++) {
        y.set(FLOAT, 4 * (first + i), Float.float16ToFloat(x.get(SHORT, 2 * (first + i))));
      }
    }
  }

  private static void narrow(
      MemorySegment x, DType from, MemorySegment y, DType to, long first, int count) {
    for (int i = 0; i < count; i++) {
      float value =
          switch (from) {
            case F32 -> x.get(FLOAT, 4 * (first + i));
            case BF16 -> bfloat16ToFloat(x.get(SHORT, 2 * (first + i)));
            case F16 -> Float.float16ToFloat(x.get(SHORT, 2 * (first + i)));
            case I32, U8 -> throw new KernelException("cannot read " + from + " as a float");
          };
      short narrowed = to == DType.BF16 ? floatToBfloat16(value) : Float.floatToFloat16(value);
      y.set(SHORT, 2 * (first + i), narrowed);
    }
  }

  private static float bfloat16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** To nearest, ties to even; every NaN becomes the quiet one. */
  static short floatToBfloat16(float value) {
    int bits = Float.floatToIntBits(value);
    int rounded = bits + 0x7fff + (bits >>> 16 & 1);
    return (short) ((Float.isNaN(value) ? bits : rounded) >>> 16);
  }

  static Runnable embedding(OpCall call, KernelContext context) {
    MemorySegment ids = call.input(0).hostSegment();
    MemorySegment table = call.input(1).hostSegment(); // [V, D]
    MemorySegment y = call.output().hostSegment();
    int vocabulary = call.input(1).shape().size(0);
    long rowBytes = call.input(1).shape().dim(1) * call.output().dtype().byteSize();
    return Split.rows(
        context,
        call.input(0).shape().elementCount(),
        call.input(1).shape().dim(1),
        (first, count) -> {
          for (long i = first; i < first + count; i++) {
            int id = ids.get(ValueLayout.JAVA_INT, 4 * i);
            if (id < 0 || id >= vocabulary) {
              throw new KernelException(
                  "id at position %s must be in 0..%s, found %s".formatted(i, vocabulary - 1, id));
            }
            MemorySegment.copy(table, id * rowBytes, y, i * rowBytes, rowBytes);
          }
        });
  }

  /** Frequencies and angles in float32, as the reference programs compute them. */
  static Runnable timestepEmbedding(TimestepEmbedding op, OpCall call, KernelContext context) {
    MemorySegment timesteps = call.input(0).hostSegment(); // [B]
    MemorySegment y = call.output().hostSegment(); // [B, channels]
    int half = op.channels() / 2;
    float[] frequencies = new float[half];
    for (int i = 0; i < half; i++) {
      frequencies[i] = (float) Math.exp((float) -Math.log(10000) * i / half);
    }
    return Split.rows(
        context,
        call.input(0).shape().elementCount(),
        op.channels(),
        (first, count) -> {
          for (long b = first; b < first + count; b++) {
            for (int i = 0; i < half; i++) {
              float angle = timesteps.get(FLOAT, 4 * b) * frequencies[i];
              long at = 4 * (b * op.channels() + i);
              y.set(FLOAT, at, (float) Math.cos(angle));
              y.set(FLOAT, at + 4L * half, (float) Math.sin(angle));
            }
          }
        });
  }
}
