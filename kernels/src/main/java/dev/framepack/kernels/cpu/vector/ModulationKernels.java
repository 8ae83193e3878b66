package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;
import static dev.framepack.kernels.cpu.vector.VectorSupport.loadTail;
import static dev.framepack.kernels.cpu.vector.VectorSupport.store;
import static dev.framepack.kernels.cpu.vector.VectorSupport.storeTail;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Scale, shift and gate by vectors that hold for a sample or for one token. */
final class ModulationKernels {
  private ModulationKernels() {}

  /** Rows of x {@code [B, N, D]} that share one row of a modulation vector. */
  static int rowsPerVector(Shape vector, Shape x) {
    return vector.rank() == 2 ? x.size(1) : 1;
  }

  static Runnable modulate(OpCall call, KernelContext context) {
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment scale = call.input(1).hostSegment();
    MemorySegment shift = call.input(2).hostSegment();
    MemorySegment y = call.output().hostSegment();
    Shape shape = call.output().shape(); // [B, N, D]
    int width = shape.size(2);
    int sharing = rowsPerVector(call.input(1).shape(), shape);
    return Split.rows(
        context,
        shape.product(0, 2),
        width,
        (first, count) -> {
          for (long row = first; row < first + count; row++) {
            long vector = 4L * width * (row / sharing);
            modulateRow(x, scale, shift, vector, y, 4L * width * row, width);
          }
        });
  }

  private static void modulateRow(
      MemorySegment x,
      MemorySegment scale,
      MemorySegment shift,
      long vector,
      MemorySegment y,
      long offset,
      int width) {
    for (int i = 0; i < width; i += LANES) {
      long at = offset + 4L * i;
      long v = vector + 4L * i;
      if (width - i >= LANES) {
        store(load(x, at).fma(load(scale, v).add(1f), load(shift, v)), y, at);
      } else {
        int rest = width - i;
        FloatVector factor = loadTail(scale, v, rest).add(1f);
        storeTail(loadTail(x, at, rest).fma(factor, loadTail(shift, v, rest)), y, at, rest);
      }
    }
  }

  static Runnable gatedResidual(OpCall call, KernelContext context) {
    MemorySegment residual = call.input(0).hostSegment();
    MemorySegment gate = call.input(1).hostSegment();
    MemorySegment x = call.input(2).hostSegment();
    MemorySegment y = call.output().hostSegment();
    Shape shape = call.output().shape(); // [B, N, D]
    int width = shape.size(2);
    int sharing = rowsPerVector(call.input(1).shape(), shape);
    return Split.rows(
        context,
        shape.product(0, 2),
        width,
        (first, count) -> {
          for (long row = first; row < first + count; row++) {
            long vector = 4L * width * (row / sharing);
            gatedRow(residual, gate, vector, x, y, 4L * width * row, width);
          }
        });
  }

  private static void gatedRow(
      MemorySegment residual,
      MemorySegment gate,
      long vector,
      MemorySegment x,
      MemorySegment y,
      long offset,
      int width) {
    for (int i = 0; i < width; i += LANES) {
      long at = offset + 4L * i;
      long v = vector + 4L * i;
      if (width - i >= LANES) {
        store(load(x, at).fma(load(gate, v), load(residual, at)), y, at);
      } else {
        int rest = width - i;
        FloatVector tail =
            loadTail(x, at, rest).fma(loadTail(gate, v, rest), loadTail(residual, at, rest));
        storeTail(tail, y, at, rest);
      }
    }
  }
}
