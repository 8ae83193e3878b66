package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;
import static dev.framepack.kernels.cpu.vector.VectorSupport.loadTail;
import static dev.framepack.kernels.cpu.vector.VectorSupport.store;
import static dev.framepack.kernels.cpu.vector.VectorSupport.storeTail;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.op.RmsNormRotary;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import org.jspecify.annotations.Nullable;

/** RMS normalisation and rotary embedding of rows, each alone or both at once. */
final class HeadKernels {
  private static final VectorShuffle<Float> SWAP_PAIRS =
      VectorShuffle.fromOp(SPECIES, lane -> lane ^ 1);

  /** -1 in even lanes, 1 in odd ones: the signs of a rotated adjacent pair. */
  private static final FloatVector PAIR_SIGNS = (FloatVector) SPECIES.fromArray(pairSigns(), 0);

  private final MemorySegment x;
  private final MemorySegment y;
  private final int width;
  private final @Nullable MemorySegment weight;
  private final float eps;
  private final @Nullable MemorySegment cos;
  private final @Nullable MemorySegment sin;
  private final boolean adjacent;
  private final int heads;
  private final int tokens;
  private final int rotatedTokens;

  private HeadKernels(
      OpCall call, @Nullable MemorySegment weight, float eps, int tables, boolean adjacent) {
    Shape shape = call.output().shape();
    x = call.input(0).hostSegment();
    y = call.output().hostSegment();
    width = shape.size(-1);
    this.weight = weight;
    this.eps = eps;
    this.adjacent = adjacent;
    boolean rotates = tables > 0;
    cos = rotates ? call.input(tables).hostSegment() : null;
    sin = rotates ? call.input(tables + 1).hostSegment() : null;
    rotatedTokens = rotates ? call.input(tables).shape().size(0) : 0;
    heads = rotates ? shape.size(2) : 1;
    tokens = rotates ? Math.max(1, shape.size(1)) : 1;
  }

  static Runnable rmsNorm(RmsNorm op, OpCall call, KernelContext context) {
    return split(
        new HeadKernels(call, call.input(1).hostSegment(), op.eps(), 0, false), call, context);
  }

  static Runnable rotary(RotaryEmbedding op, OpCall call, KernelContext context) {
    boolean adjacent = op.pairing() == RotaryEmbedding.Pairing.ADJACENT;
    return split(new HeadKernels(call, null, 0f, 1, adjacent), call, context);
  }

  static Runnable rmsNormRotary(RmsNormRotary op, OpCall call, KernelContext context) {
    boolean adjacent = op.pairing() == RotaryEmbedding.Pairing.ADJACENT;
    return split(
        new HeadKernels(call, call.input(1).hostSegment(), op.eps(), 2, adjacent), call, context);
  }

  private static Runnable split(HeadKernels kernel, OpCall call, KernelContext context) {
    Shape shape = call.output().shape();
    return Split.rows(context, shape.product(0, shape.rank() - 1), kernel.width, kernel::rows);
  }

  private static float[] pairSigns() {
    float[] signs = new float[LANES];
    for (int i = 0; i < LANES; i++) {
      signs[i] = i % 2 == 0 ? -1f : 1f;
    }
    return signs;
  }

  private void rows(long first, int count) {
    int head = (int) (first % heads);
    int token = (int) (first / heads % tokens);
    for (long row = first; row < first + count; row++) {
      row(4L * width * row, token);
      if (++head == heads) {
        head = 0;
        token = token + 1 == tokens ? 0 : token + 1;
      }
    }
  }

  private void row(long offset, int token) {
    float scale = weight == null ? 1f : scale(offset);
    if (cos == null || sin == null || token >= rotatedTokens) {
      if (weight != null) {
        normalise(offset, scale, weight);
      } else {
        MemorySegment.copy(x, offset, y, offset, 4L * width);
      }
      return;
    }
    long table = 4L * width * token;
    if (adjacent) {
      rotateAdjacent(offset, scale, cos, sin, table);
    } else if (weight != null) {
      normalise(offset, scale, weight);
      rotateHalves(y, offset, cos, sin, table);
    } else {
      rotateHalves(x, offset, cos, sin, table);
    }
  }

  private float scale(long offset) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      FloatVector v = load(x, offset + 4L * i);
      sum = v.fma(v, sum);
    }
    if (i < width) {
      FloatVector v = loadTail(x, offset + 4L * i, width - i);
      sum = v.fma(v, sum);
    }
    return (float) (1 / Math.sqrt(VectorSupport.sum(sum) / width + eps));
  }

  private void normalise(long offset, float scale, MemorySegment weight) {
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      long at = offset + 4L * i;
      store(load(x, at).mul(scale).mul(load(weight, 4L * i)), y, at);
    }
    if (i < width) {
      long at = offset + 4L * i;
      FloatVector tail = loadTail(x, at, width - i).mul(scale);
      storeTail(tail.mul(loadTail(weight, 4L * i, width - i)), y, at, width - i);
    }
  }

  /** Normalises, when there is a weight, and rotates in one pass. */
  private void rotateAdjacent(
      long offset, float scale, MemorySegment cos, MemorySegment sin, long table) {
    MemorySegment w = weight;
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      FloatVector v = load(x, offset + 4L * i);
      if (w != null) {
        v = v.mul(scale).mul(load(w, 4L * i));
      }
      FloatVector turned = v.rearrange(SWAP_PAIRS).mul(PAIR_SIGNS);
      FloatVector c = load(cos, table + 4L * i);
      FloatVector s = load(sin, table + 4L * i);
      store(v.mul(c).add(turned.mul(s)), y, offset + 4L * i);
    }
    if (i < width) {
      int rest = width - i;
      FloatVector v = loadTail(x, offset + 4L * i, rest);
      if (w != null) {
        v = v.mul(scale).mul(loadTail(w, 4L * i, rest));
      }
      FloatVector turned = v.rearrange(SWAP_PAIRS).mul(PAIR_SIGNS);
      FloatVector c = loadTail(cos, table + 4L * i, rest);
      FloatVector s = loadTail(sin, table + 4L * i, rest);
      storeTail(v.mul(c).add(turned.mul(s)), y, offset + 4L * i, rest);
    }
  }

  private void rotateHalves(
      MemorySegment from, long offset, MemorySegment cos, MemorySegment sin, long table) {
    int half = width / 2;
    for (int i = 0; i < half; i += LANES) {
      int lanes = Math.min(LANES, half - i);
      long low = 4L * i;
      long high = 4L * (i + half);
      FloatVector a = loadTail(from, offset + low, lanes);
      FloatVector b = loadTail(from, offset + high, lanes);
      FloatVector cosLow = loadTail(cos, table + low, lanes);
      FloatVector cosHigh = loadTail(cos, table + high, lanes);
      FloatVector sinLow = loadTail(sin, table + low, lanes);
      FloatVector sinHigh = loadTail(sin, table + high, lanes);
      storeTail(a.mul(cosLow).sub(b.mul(sinLow)), y, offset + low, lanes);
      storeTail(b.mul(cosHigh).add(a.mul(sinHigh)), y, offset + high, lanes);
    }
  }
}
