package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;
import static dev.framepack.kernels.cpu.vector.VectorSupport.loadTail;
import static dev.framepack.kernels.cpu.vector.VectorSupport.store;
import static dev.framepack.kernels.cpu.vector.VectorSupport.storeTail;

import dev.framepack.kernels.op.Activation;
import java.lang.foreign.MemorySegment;

/** Pointwise non-linearities over runs of floats; source and target may be the same run. */
final class Activations {
  private static final float QUICK_GELU_SLOPE = 1.702f;

  private Activations() {}

  /** Applies the activation to {@code count} floats; offsets are in bytes. */
  static void apply(
      Activation activation,
      MemorySegment x,
      long xOffset,
      MemorySegment y,
      long yOffset,
      int count) {
    switch (activation) {
      case NONE -> MemorySegment.copy(x, xOffset, y, yOffset, 4L * count);
      case SILU -> swish(1f, x, xOffset, y, yOffset, count);
      case QUICK_GELU -> swish(QUICK_GELU_SLOPE, x, xOffset, y, yOffset, count);
      case GELU -> gelu(x, xOffset, y, yOffset, count);
      case GELU_TANH -> geluTanh(x, xOffset, y, yOffset, count);
    }
  }

  private static void swish(
      float slope, MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count) {
    int i = 0;
    for (; i < SPECIES.loopBound(count); i += LANES) {
      store(VectorMath.swish(load(x, xOffset + 4L * i), slope), y, yOffset + 4L * i);
    }
    if (i < count) {
      storeTail(
          VectorMath.swish(loadTail(x, xOffset + 4L * i, count - i), slope),
          y,
          yOffset + 4L * i,
          count - i);
    }
  }

  private static void gelu(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count) {
    int i = 0;
    for (; i < SPECIES.loopBound(count); i += LANES) {
      store(VectorMath.gelu(load(x, xOffset + 4L * i)), y, yOffset + 4L * i);
    }
    if (i < count) {
      storeTail(
          VectorMath.gelu(loadTail(x, xOffset + 4L * i, count - i)),
          y,
          yOffset + 4L * i,
          count - i);
    }
  }

  private static void geluTanh(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count) {
    int i = 0;
    for (; i < SPECIES.loopBound(count); i += LANES) {
      store(VectorMath.geluTanh(load(x, xOffset + 4L * i)), y, yOffset + 4L * i);
    }
    if (i < count) {
      storeTail(
          VectorMath.geluTanh(loadTail(x, xOffset + 4L * i, count - i)),
          y,
          yOffset + 4L * i,
          count - i);
    }
  }
}
