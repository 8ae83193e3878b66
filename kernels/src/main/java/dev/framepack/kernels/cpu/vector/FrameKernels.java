package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;
import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.op.FramesToRgb8;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/** Pointwise operations at both ends of the VAE. */
final class FrameKernels {
  private static final int VECTOR_BYTES = LANES * Float.BYTES;

  /** Elements of a tile. */
  private static final int CHUNK = 1 << 14;

  private FrameKernels() {}

  static Runnable crossfade(Crossfade op, OpCall call, KernelContext context) {
    Shape shape = call.output().shape();
    int axis = shape.axis(op.axis());
    long inner = shape.product(axis + 1, shape.rank());
    int entries = shape.size(axis);
    int pieces = Math.toIntExact(Math.ceilDiv(inner, CHUNK));
    MemorySegment a = call.input(0).hostSegment();
    MemorySegment b = call.input(1).hostSegment();
    MemorySegment weights = call.input(2).hostSegment();
    MemorySegment y = call.output().hostSegment();
    ParallelFor.Tile tile =
        (number, worker) -> {
          int row = number / pieces;
          long first = (long) (number % pieces) * CHUNK;
          float w = weights.getAtIndex(FLOAT, row % entries);
          FloatVector weightA = FloatVector.broadcast(SPECIES, w);
          FloatVector weightB = FloatVector.broadcast(SPECIES, 1 - w);
          long at = (row * inner + first) * Float.BYTES;
          for (int left = (int) Math.min(CHUNK, inner - first); left > 0; left -= LANES) {
            if (left >= LANES) {
              FloatVector faded = VectorSupport.load(b, at).mul(weightB);
              VectorSupport.store(VectorSupport.load(a, at).fma(weightA, faded), y, at);
            } else {
              FloatVector faded = VectorSupport.loadTail(b, at, left).mul(weightB);
              faded = VectorSupport.loadTail(a, at, left).fma(weightA, faded);
              VectorSupport.storeTail(faded, y, at, left);
            }
            at += VECTOR_BYTES;
          }
        };
    int tiles = Math.toIntExact(shape.product(0, axis + 1) * pieces);
    return () -> context.parallel().run(tiles, tile);
  }

  /** Draws of the posterior. */
  static Runnable gaussianSample(OpCall call, KernelContext context) {
    Shape shape = call.output().shape(); // [B, C, ...]
    long sample = shape.product(1, shape.rank());
    int pieces = Math.toIntExact(Math.ceilDiv(sample, CHUNK));
    MemorySegment moments = call.input(0).hostSegment(); // [B, 2C, ...]
    MemorySegment noise = call.input(1).hostSegment();
    MemorySegment y = call.output().hostSegment();
    ParallelFor.Tile tile =
        (number, worker) -> {
          long b = number / pieces;
          long first = (long) (number % pieces) * CHUNK;
          long at = (b * sample + first) * Float.BYTES;
          long mean = (2 * b * sample + first) * Float.BYTES;
          long logVariance = mean + sample * Float.BYTES;
          for (int left = (int) Math.min(CHUNK, sample - first); left > 0; left -= LANES) {
            int lanes = Math.min(left, LANES);
            FloatVector deviation =
                VectorMath.exp(
                    VectorSupport.loadTail(moments, logVariance, lanes).max(-30).min(20).mul(0.5f));
            FloatVector drawn =
                deviation.fma(
                    VectorSupport.loadTail(noise, at, lanes),
                    VectorSupport.loadTail(moments, mean, lanes));
            VectorSupport.storeTail(drawn, y, at, lanes);
            at += VECTOR_BYTES;
            mean += VECTOR_BYTES;
            logVariance += VECTOR_BYTES;
          }
        };
    int tiles = shape.size(0) * pieces;
    return () -> context.parallel().run(tiles, tile);
  }

  static Runnable framesToRgb8(FramesToRgb8 op, OpCall call, KernelContext context) {
    Shape shape = call.input(0).shape(); // [1, 3, T, H, W]
    int width = shape.size(4);
    int rows = Math.toIntExact(shape.product(2, 4));
    long plane = shape.product(2, 5);
    boolean nearest = op.rounding() == FramesToRgb8.Rounding.NEAREST_EVEN;
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment y = call.output().hostSegment(); // [T, H, W, 3]
    ParallelFor.Tile tile =
        (row, worker) -> {
          for (int c = 0; c < 3; c++) {
            long from = c * plane + (long) row * width;
            long to = 3L * row * width + c;
            for (int w = 0; w < width; w++) {
              float value = x.getAtIndex(FLOAT, from + w);
              y.set(
                  ValueLayout.JAVA_BYTE,
                  to + 3L * w,
                  (byte) (nearest ? nearestEven(value) : truncate(value)));
            }
          }
        };
    return () -> context.parallel().run(rows, tile);
  }

  private static int truncate(float x) {
    return (int) (Math.min(Math.max(x, -1f), 1f) * 127.5f + 127.5f);
  }

  private static int nearestEven(float x) {
    return (int) Math.rint(Math.min(Math.max(x / 2 + 0.5f, 0f), 1f) * 255f);
  }
}
