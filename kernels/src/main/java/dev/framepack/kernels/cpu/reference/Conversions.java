package dev.framepack.kernels.cpu.reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.FramesToRgb8;
import dev.framepack.kernels.op.TimestepEmbedding;
import dev.framepack.kernels.tensor.BFloat16;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * Operations whose float32 rounding is part of their definition: casts, bytes, and the sinusoid,
 * computed step by step in float32 as the reference programs do.
 */
final class Conversions {
  private Conversions() {}

  static Runnable cast(OpCall call, Workers workers) {
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment y = call.output().hostSegment();
    DType from = call.input(0).dtype();
    DType to = call.output().dtype();
    Workers.Range body =
        (_, first, end) -> {
          for (long i = first; i < end; i++) {
            write(y, to, i, read(x, from, i));
          }
        };
    return () -> workers.split(call.output().shape().elementCount(), body);
  }

  private static float read(MemorySegment x, DType dtype, long i) {
    return switch (dtype) {
      case F32 -> x.getAtIndex(JAVA_FLOAT, i);
      case BF16 -> BFloat16.toFloat(x.getAtIndex(JAVA_SHORT, i));
      case F16 -> Float.float16ToFloat(x.getAtIndex(JAVA_SHORT, i));
      case I32, U8 -> throw new KernelException("cannot read " + dtype + " as a float");
    };
  }

  static void write(MemorySegment y, DType dtype, long i, float value) {
    switch (dtype) {
      case F32 -> y.setAtIndex(JAVA_FLOAT, i, value);
      case BF16 -> y.setAtIndex(JAVA_SHORT, i, BFloat16.fromFloat(value));
      case F16 -> y.setAtIndex(JAVA_SHORT, i, Float.floatToFloat16(value));
      case I32, U8 -> throw new KernelException("cannot write a float as " + dtype);
    }
  }

  static Runnable framesToRgb8(FramesToRgb8 op, OpCall call, Workers workers) {
    long positions = call.input(0).shape().product(2, 5); // T H W
    Floats x = Floats.input(call, 0); // [1, 3, T, H, W]
    MemorySegment y = call.output().hostSegment(); // [T, H, W, 3]
    Workers.Range body =
        (_, from, to) -> {
          for (long i = from; i < to; i++) {
            byte value = (byte) toByte(op.rounding(), x.get(i % 3 * positions + i / 3));
            y.set(JAVA_BYTE, i, value);
          }
        };
    return () -> workers.split(call.output().shape().elementCount(), body);
  }

  /** Every product and sum rounded to float32, as the reference programs do; NaN becomes 0. */
  private static int toByte(FramesToRgb8.Rounding rounding, float x) {
    return switch (rounding) {
      case TRUNCATE -> (int) (Math.min(Math.max(x, -1f), 1f) * 127.5f + 127.5f);
      case NEAREST_EVEN -> (int) Math.rint(Math.min(Math.max(x / 2 + 0.5f, 0f), 1f) * 255f);
    };
  }

  static Runnable timestepEmbedding(TimestepEmbedding op, OpCall call, Workers workers) {
    Shape out = call.output().shape(); // [B, channels]
    int half = op.channels() / 2;
    Floats timesteps = Floats.input(call, 0); // [B]
    Floats y = Floats.output(call);
    float[] frequencies = new float[half];
    for (int i = 0; i < half; i++) {
      frequencies[i] = (float) Math.exp((float) -Math.log(10000) * i / half);
    }
    Workers.Range body =
        (_, from, to) -> {
          for (long i = from; i < to; i++) {
            int channel = (int) (i % out.dim(1));
            float angle = timesteps.get(i / out.dim(1)) * frequencies[channel % half];
            y.set(i, channel < half ? Math.cos(angle) : Math.sin(angle));
          }
        };
    return () -> workers.split(out.elementCount(), body);
  }
}
