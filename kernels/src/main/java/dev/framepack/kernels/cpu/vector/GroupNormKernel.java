package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;
import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.GroupNorm;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Group normalisation in two passes: mean and squared deviations of fixed chunks, merged in order
 * (Chan, Golub and LeVeque 1979), then normalise, scale and activate. A chunk fits the nearest
 * cache, so its mean is exact before its deviations are taken.
 */
final class GroupNormKernel implements Runnable {
  private static final int VECTOR_BYTES = LANES * Float.BYTES;
  private static final int CHUNK = 8192;

  private final KernelContext context;
  private final MemorySegment x;
  private final MemorySegment weight;
  private final MemorySegment bias;
  private final MemorySegment y;
  private final boolean silu;
  private final double eps;
  private final int channels;
  private final int groups; // of all samples
  private final int groupsPerSample;
  private final long positions;
  private final long groupFloats;
  private final int groupChunks;
  private final int channelChunks;
  private final double[] chunkMeans;
  private final double[] chunkSquares;
  private final float[] means;
  private final float[] scales;
  private final ParallelFor.Tile statistics = this::chunkStatistics;
  private final ParallelFor.Tile normalization = this::normalize;

  GroupNormKernel(GroupNorm op, OpCall call, KernelContext context) {
    Shape shape = call.output().shape(); // [B, C, ...]
    this.context = context;
    this.x = call.input(0).hostSegment();
    this.weight = call.input(1).hostSegment();
    this.bias = call.input(2).hostSegment();
    this.y = call.output().hostSegment();
    this.silu = op.activation() == Activation.SILU;
    this.eps = op.eps();
    this.channels = shape.size(1);
    this.groupsPerSample = op.groups();
    this.groups = shape.size(0) * op.groups();
    this.positions = shape.product(2, shape.rank());
    this.groupFloats = channels / groupsPerSample * positions;
    this.groupChunks = Math.toIntExact(Math.ceilDiv(groupFloats, CHUNK));
    this.channelChunks = Math.toIntExact(Math.ceilDiv(positions, CHUNK));
    this.chunkMeans = new double[groups * groupChunks];
    this.chunkSquares = new double[groups * groupChunks];
    this.means = new float[groups];
    this.scales = new float[groups];
  }

  @Override
  public void run() {
    context.parallel().run(groups * groupChunks, statistics);
    for (int group = 0; group < groups; group++) {
      mergeChunks(group);
    }
    context.parallel().run(groups / groupsPerSample * channels * channelChunks, normalization);
  }

  private void chunkStatistics(int chunk, int worker) {
    long first = (long) (chunk % groupChunks) * CHUNK;
    int count = (int) Math.min(CHUNK, groupFloats - first);
    long from = (chunk / groupChunks * groupFloats + first) * Float.BYTES;
    double mean = sum(from, count) / count;
    chunkMeans[chunk] = mean;
    chunkSquares[chunk] = squares(from, count, (float) mean);
  }

  private double sum(long from, int count) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= count - 4 * LANES; i += 4 * LANES) {
      long at = from + (long) i * Float.BYTES;
      s0 = s0.add(load(x, at));
      s1 = s1.add(load(x, at + VECTOR_BYTES));
      s2 = s2.add(load(x, at + 2L * VECTOR_BYTES));
      s3 = s3.add(load(x, at + 3L * VECTOR_BYTES));
    }
    for (; i < count; i += LANES) {
      s0 = s0.add(part(from + (long) i * Float.BYTES, count - i));
    }
    return VectorSupport.sum(s0.add(s1).add(s2.add(s3)));
  }

  private double squares(long from, int count, float mean) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= count - 4 * LANES; i += 4 * LANES) {
      long at = from + (long) i * Float.BYTES;
      FloatVector d0 = load(x, at).sub(mean);
      FloatVector d1 = load(x, at + VECTOR_BYTES).sub(mean);
      FloatVector d2 = load(x, at + 2L * VECTOR_BYTES).sub(mean);
      FloatVector d3 = load(x, at + 3L * VECTOR_BYTES).sub(mean);
      s0 = d0.fma(d0, s0);
      s1 = d1.fma(d1, s1);
      s2 = d2.fma(d2, s2);
      s3 = d3.fma(d3, s3);
    }
    double tail = 0;
    for (; i < count; i++) {
      double d = x.get(FLOAT, from + (long) i * Float.BYTES) - mean;
      tail += d * d;
    }
    return VectorSupport.sum(s0.add(s1).add(s2.add(s3))) + tail;
  }

  private FloatVector part(long from, int count) {
    return count >= LANES ? load(x, from) : VectorSupport.loadTail(x, from, count);
  }

  private void mergeChunks(int group) {
    double mean = 0;
    double squares = 0;
    long count = 0;
    for (int c = 0; c < groupChunks; c++) {
      int chunk = group * groupChunks + c;
      long chunkCount = Math.min(CHUNK, groupFloats - (long) c * CHUNK);
      long merged = count + chunkCount;
      double delta = chunkMeans[chunk] - mean;
      mean += delta * chunkCount / merged;
      squares += chunkSquares[chunk] + delta * delta * count * chunkCount / merged;
      count = merged;
    }
    means[group] = (float) mean;
    scales[group] = (float) (1 / Math.sqrt(squares / groupFloats + eps));
  }

  private void normalize(int tile, int worker) {
    int plane = tile / channelChunks; // sample, channel
    int channel = plane % channels;
    int group = plane / (channels / groupsPerSample);
    long first = (long) (tile % channelChunks) * CHUNK;
    int count = (int) Math.min(CHUNK, positions - first);
    long at = (plane * positions + first) * Float.BYTES;
    float mean = means[group];
    FloatVector scale =
        FloatVector.broadcast(SPECIES, scales[group] * weight.getAtIndex(FLOAT, channel));
    FloatVector shift = FloatVector.broadcast(SPECIES, bias.getAtIndex(FLOAT, channel));
    int i = 0;
    for (; i <= count - LANES; i += LANES, at += VECTOR_BYTES) {
      FloatVector value = load(x, at).sub(mean).fma(scale, shift);
      VectorSupport.store(silu ? VectorMath.swish(value, 1) : value, y, at);
    }
    if (i < count) {
      FloatVector value = VectorSupport.loadTail(x, at, count - i).sub(mean).fma(scale, shift);
      VectorSupport.storeTail(silu ? VectorMath.swish(value, 1) : value, y, at, count - i);
    }
  }
}
