package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;
import static dev.framepack.kernels.cpu.vector.VectorSupport.loadTail;

import dev.framepack.kernels.OpCall;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * {@link dev.framepack.kernels.op.Linear} for a few rows (modulation vectors, pooled embeddings):
 * bound by reading W once, so W is read where it lies, four rows at a time, and never packed.
 */
final class MatrixVectorKernel implements Runnable {
  private static final int COLUMNS_PER_TASK = 64;
  private static final int COLUMNS_AT_ONCE = 4;
  private static final long MULTIPLIES_PER_TASK = 1 << 18;

  private final KernelContext context;
  private final MemorySegment x; // [M, K]
  private final MemorySegment weight; // [N, K]
  private final LinearEpilogue epilogue;
  private final int rows; // M
  private final int columns; // N
  private final int depth; // K
  private final int columnsPerTask;
  private final ParallelFor.Tile task = this::task;

  MatrixVectorKernel(OpCall call, KernelContext context, int rows) {
    this.context = context;
    this.rows = rows;
    x = call.input(0).hostSegment();
    weight = call.input(1).hostSegment();
    columns = call.input(1).shape().size(0);
    depth = call.input(1).shape().size(1);
    epilogue = new LinearEpilogue(call);
    long perColumn = Math.max(1, (long) rows * depth);
    columnsPerTask =
        (int) Math.clamp(MULTIPLIES_PER_TASK / perColumn, COLUMNS_PER_TASK, Math.max(64, columns));
    context.workspace().reserve(LinearEpilogue.stageBytes(rows, columnsPerTask), 0);
    context.workspace().reserveFloats(rows * columnsPerTask);
  }

  @Override
  public void run() {
    context.parallel().run(Math.ceilDiv(columns, columnsPerTask), task);
  }

  private void task(int index, int worker) {
    float[] products = context.workspace().floats(worker); // [M, columnsPerTask]
    int first = index * columnsPerTask;
    int width = Math.min(columnsPerTask, columns - first);
    for (int column = 0; column < width; column += COLUMNS_AT_ONCE) {
      for (int row = 0; row < rows; row++) {
        int to = row * columnsPerTask + column;
        if (width - column >= COLUMNS_AT_ONCE) {
          fourDots(row, first + column, products, to);
        } else {
          for (int c = column; c < width; c++) {
            products[to + c - column] = dot(row, first + c);
          }
        }
      }
    }
    MemorySegment stage = context.workspace().scratch(worker);
    epilogue.write(products, 0, columnsPerTask, stage, 0, rows, first, width);
  }

  private void fourDots(int row, int column, float[] to, int at) {
    MemorySegment x = this.x;
    MemorySegment w = weight;
    long stride = 4L * depth;
    long xOffset = row * stride;
    long w0 = column * stride;
    long w1 = w0 + stride;
    long w2 = w1 + stride;
    long w3 = w2 + stride;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int k = 0;
    for (; k < SPECIES.loopBound(depth); k += LANES) {
      FloatVector v = load(x, xOffset + 4L * k);
      s0 = v.fma(load(w, w0 + 4L * k), s0);
      s1 = v.fma(load(w, w1 + 4L * k), s1);
      s2 = v.fma(load(w, w2 + 4L * k), s2);
      s3 = v.fma(load(w, w3 + 4L * k), s3);
    }
    if (k < depth) {
      int rest = depth - k;
      FloatVector v = loadTail(x, xOffset + 4L * k, rest);
      s0 = v.fma(loadTail(w, w0 + 4L * k, rest), s0);
      s1 = v.fma(loadTail(w, w1 + 4L * k, rest), s1);
      s2 = v.fma(loadTail(w, w2 + 4L * k, rest), s2);
      s3 = v.fma(loadTail(w, w3 + 4L * k, rest), s3);
    }
    to[at] = VectorSupport.sum(s0);
    to[at + 1] = VectorSupport.sum(s1);
    to[at + 2] = VectorSupport.sum(s2);
    to[at + 3] = VectorSupport.sum(s3);
  }

  /** The same chain of operations as in {@link #fourDots}. */
  private float dot(int row, int column) {
    long xOffset = 4L * row * depth;
    long wOffset = 4L * column * depth;
    FloatVector sum = FloatVector.zero(SPECIES);
    int k = 0;
    for (; k < SPECIES.loopBound(depth); k += LANES) {
      sum = load(x, xOffset + 4L * k).fma(load(weight, wOffset + 4L * k), sum);
    }
    if (k < depth) {
      FloatVector v = loadTail(x, xOffset + 4L * k, depth - k);
      sum = v.fma(loadTail(weight, wOffset + 4L * k, depth - k), sum);
    }
    return VectorSupport.sum(sum);
  }
}
