package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;
import static dev.framepack.kernels.cpu.vector.VectorSupport.loadTail;
import static dev.framepack.kernels.cpu.vector.VectorSupport.store;
import static dev.framepack.kernels.cpu.vector.VectorSupport.storeTail;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Linear;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** Bias, activation, residual and gate of {@link Linear}, from products to the output. */
final class LinearEpilogue {
  private final Activation activation;
  private final Linear.Epilogue kind;
  private final @Nullable MemorySegment bias; // [N]
  private final @Nullable MemorySegment residual; // [M, N]
  private final @Nullable MemorySegment gate; // [M / rowsPerGate, N]
  private final int rowsPerGate;
  private final MemorySegment y; // [M, N]
  private final int columns; // N

  LinearEpilogue(OpCall call) {
    Linear op = (Linear) call.op();
    activation = op.activation();
    kind = op.epilogue();
    int next = op.epilogueInput();
    bias = op.bias() ? call.input(2).hostSegment() : null;
    residual = kind == Linear.Epilogue.NONE ? null : call.input(next).hostSegment();
    if (kind == Linear.Epilogue.GATED_RESIDUAL) {
      gate = call.input(next + 1).hostSegment();
      rowsPerGate = call.input(next + 1).shape().rank() == 2 ? call.output().shape().size(1) : 1;
    } else {
      gate = null;
      rowsPerGate = 1;
    }
    y = call.output().hostSegment();
    columns = call.output().shape().size(-1);
  }

  /** Bytes of scratch that {@link #write} needs for rows of this many products. */
  static long stageBytes(int columns) {
    return 4L * columns;
  }

  /**
   * Finishes a block of products.
   *
   * @param products {@code count} rows of {@code width} floats, {@code stride} floats apart from
   *     {@code from}
   * @param stage scratch of {@link #stageBytes}
   * @param row first row of the output
   * @param column first column of the output
   */
  void write(
      float[] products,
      int from,
      int stride,
      MemorySegment stage,
      int row,
      int count,
      int column,
      int width) {
    boolean direct = activation == Activation.NONE && residual == null;
    if (direct && width == GemmTile.COLUMNS) {
      fullRows(products, from, stride, count, 4L * ((long) row * columns + column), 4L * column);
      return;
    }
    for (int r = 0; r < count; r++) {
      long yOffset = 4L * ((long) (row + r) * columns + column);
      if (direct) {
        biasRow(products, from + r * stride, 4L * column, y, yOffset, width);
      } else {
        biasRow(products, from + r * stride, 4L * column, stage, 0, width);
        finishRow(stage, row + r, column, yOffset, width);
      }
    }
  }

  /** The common case at full speed: whole panels, at most a bias. */
  private void fullRows(
      float[] products, int from, int stride, int count, long yOffset, long biasOffset) {
    MemorySegment b = bias;
    FloatVector left = FloatVector.zero(SPECIES);
    FloatVector right = left;
    if (b != null) {
      left = load(b, biasOffset);
      right = load(b, biasOffset + 4L * LANES);
    }
    MemorySegment to = y;
    for (int r = 0; r < count; r++) {
      int at = from + r * stride;
      long rowOffset = yOffset + r * (4L * columns);
      store(FloatVector.fromArray(SPECIES, products, at).add(left), to, rowOffset);
      FloatVector second = FloatVector.fromArray(SPECIES, products, at + LANES);
      store(second.add(right), to, rowOffset + 4L * LANES);
    }
  }

  private void finishRow(MemorySegment stage, int row, int column, long yOffset, int width) {
    if (residual == null) {
      Activations.apply(activation, stage, 0, y, yOffset, width);
      return;
    }
    if (activation != Activation.NONE) {
      Activations.apply(activation, stage, 0, stage, 0, width);
    }
    if (gate == null) {
      addRow(stage, residual, yOffset, width);
    } else {
      long gateOffset = 4L * ((long) (row / rowsPerGate) * columns + column);
      gatedRow(stage, residual, gate, gateOffset, yOffset, width);
    }
  }

  /** {@code to = products + bias}. */
  private void biasRow(
      float[] products, int from, long biasOffset, MemorySegment to, long toOffset, int width) {
    MemorySegment b = bias;
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, products, from + i);
      store(b == null ? v : v.add(load(b, biasOffset + 4L * i)), to, toOffset + 4L * i);
    }
    if (i < width) {
      int rest = width - i;
      FloatVector v =
          FloatVector.fromArray(SPECIES, products, from + i, SPECIES.indexInRange(0, rest));
      v = b == null ? v : v.add(loadTail(b, biasOffset + 4L * i, rest));
      storeTail(v, to, toOffset + 4L * i, rest);
    }
  }

  private void addRow(MemorySegment stage, MemorySegment residual, long yOffset, int width) {
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      long at = yOffset + 4L * i;
      store(load(stage, 4L * i).add(load(residual, at)), y, at);
    }
    if (i < width) {
      long at = yOffset + 4L * i;
      FloatVector tail = loadTail(stage, 4L * i, width - i);
      storeTail(tail.add(loadTail(residual, at, width - i)), y, at, width - i);
    }
  }

  private void gatedRow(
      MemorySegment stage,
      MemorySegment residual,
      MemorySegment gate,
      long gateOffset,
      long yOffset,
      int width) {
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      long at = yOffset + 4L * i;
      store(load(stage, 4L * i).fma(load(gate, gateOffset + 4L * i), load(residual, at)), y, at);
    }
    if (i < width) {
      int rest = width - i;
      long at = yOffset + 4L * i;
      FloatVector v = loadTail(stage, 4L * i, rest);
      v = v.fma(loadTail(gate, gateOffset + 4L * i, rest), loadTail(residual, at, rest));
      storeTail(v, y, at, rest);
    }
  }
}
