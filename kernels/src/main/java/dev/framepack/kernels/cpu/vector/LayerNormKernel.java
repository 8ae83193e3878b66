package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;
import static dev.framepack.kernels.cpu.vector.VectorSupport.loadTail;
import static dev.framepack.kernels.cpu.vector.VectorSupport.store;
import static dev.framepack.kernels.cpu.vector.VectorSupport.storeTail;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation of rows, alone, with weight and bias, or with modulation vectors: {@code
 * normalised * (factor + one) + addend} with one = 1 for modulation, 0 for a weight.
 */
final class LayerNormKernel {
  private final MemorySegment x;
  private final MemorySegment y;
  private final int width;
  private final float eps;
  private final @Nullable MemorySegment factor;
  private final @Nullable MemorySegment addend;
  private final float one;
  private final int rowsPerVector;

  private LayerNormKernel(OpCall call, float eps, float one, int rowsPerVector) {
    boolean plain = call.inputs().size() == 1;
    x = call.input(0).hostSegment();
    y = call.output().hostSegment();
    width = call.output().shape().size(-1);
    this.eps = eps;
    factor = plain ? null : call.input(1).hostSegment();
    addend = plain ? null : call.input(2).hostSegment();
    this.one = one;
    this.rowsPerVector = rowsPerVector;
  }

  static Runnable layerNorm(float eps, OpCall call, KernelContext context) {
    return split(new LayerNormKernel(call, eps, 0f, Integer.MAX_VALUE), call, context);
  }

  static Runnable layerNormModulate(float eps, OpCall call, KernelContext context) {
    int sharing = ModulationKernels.rowsPerVector(call.input(1).shape(), call.output().shape());
    return split(new LayerNormKernel(call, eps, 1f, sharing), call, context);
  }

  private static Runnable split(LayerNormKernel kernel, OpCall call, KernelContext context) {
    Shape shape = call.output().shape();
    long rows = shape.product(0, shape.rank() - 1);
    return Split.rows(context, rows, kernel.width, kernel::rows);
  }

  private void rows(long first, int count) {
    for (long row = first; row < first + count; row++) {
      long offset = 4L * width * row;
      float mean = sum(offset) / width;
      float variance = squares(offset, mean) / width;
      float scale = (float) (1 / Math.sqrt(variance + eps));
      if (factor == null || addend == null) {
        normalise(offset, mean, scale);
      } else {
        long vector = 4L * width * (row / rowsPerVector);
        normalise(offset, mean, scale, factor, addend, vector);
      }
    }
  }

  private float sum(long offset) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    int i = 0;
    for (; i <= width - 2 * LANES; i += 2 * LANES) {
      sum0 = sum0.add(load(x, offset + 4L * i));
      sum1 = sum1.add(load(x, offset + 4L * (i + LANES)));
    }
    for (; i < width; i += LANES) {
      sum0 = sum0.add(loadUpTo(x, offset + 4L * i, width - i));
    }
    return VectorSupport.sum(sum0.add(sum1));
  }

  private float squares(long offset, float mean) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    int i = 0;
    for (; i <= width - 2 * LANES; i += 2 * LANES) {
      FloatVector d0 = load(x, offset + 4L * i).sub(mean);
      FloatVector d1 = load(x, offset + 4L * (i + LANES)).sub(mean);
      sum0 = d0.fma(d0, sum0);
      sum1 = d1.fma(d1, sum1);
    }
    for (; i < width; i += LANES) {
      VectorMask<Float> lanes = SPECIES.indexInRange(i, width);
      FloatVector d = loadUpTo(x, offset + 4L * i, width - i).sub(mean);
      FloatVector inside = FloatVector.zero(SPECIES).blend(d, lanes);
      sum0 = inside.fma(inside, sum0);
    }
    return VectorSupport.sum(sum0.add(sum1));
  }

  private void normalise(long offset, float mean, float scale) {
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      long at = offset + 4L * i;
      store(load(x, at).sub(mean).mul(scale), y, at);
    }
    if (i < width) {
      long at = offset + 4L * i;
      storeTail(loadTail(x, at, width - i).sub(mean).mul(scale), y, at, width - i);
    }
  }

  private void normalise(
      long offset,
      float mean,
      float scale,
      MemorySegment factor,
      MemorySegment addend,
      long vector) {
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      long at = offset + 4L * i;
      long v = vector + 4L * i;
      FloatVector normal = load(x, at).sub(mean).mul(scale);
      store(normal.fma(load(factor, v).add(one), load(addend, v)), y, at);
    }
    if (i < width) {
      int rest = width - i;
      long at = offset + 4L * i;
      long v = vector + 4L * i;
      FloatVector normal = loadTail(x, at, rest).sub(mean).mul(scale);
      FloatVector result =
          normal.fma(loadTail(factor, v, rest).add(one), loadTail(addend, v, rest));
      storeTail(result, y, at, rest);
    }
  }

  private static FloatVector loadUpTo(MemorySegment from, long offset, int lanes) {
    return lanes >= LANES ? load(from, offset) : loadTail(from, offset, lanes);
  }
}
