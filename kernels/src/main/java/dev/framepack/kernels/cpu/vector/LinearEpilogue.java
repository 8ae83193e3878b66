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
import jdk.incubator.vector.VectorMask;
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

  /** Bytes of scratch that {@link #write} needs for a block of products. */
  static long stageBytes(int rows, int columns) {
    return 4L * rows * columns;
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
    long yOffset = 4L * ((long) row * columns + column);
    long yStride = 4L * columns;
    if (activation == Activation.NONE && residual == null) {
      biasRows(products, from, stride, 4L * column, y, yOffset, yStride, count, width);
      return;
    }
    biasRows(products, from, stride, 4L * column, stage, 0, 4L * width, count, width);
    if (activation != Activation.NONE) {
      Activations.apply(activation, stage, 0, stage, 0, count * width);
    }
    if (gate == null || residual == null) {
      addRows(stage, residual, yOffset, count, width);
      return;
    }
    for (int r = 0; r < count; r++) {
      long gateOffset = 4L * ((long) ((row + r) / rowsPerGate) * columns + column);
      gatedRow(stage, 4L * r * width, residual, gate, gateOffset, yOffset + r * yStride, width);
    }
  }

  /** {@code to = products + bias}. */
  private void biasRows(
      float[] products,
      int from,
      int stride,
      long biasOffset,
      MemorySegment to,
      long toOffset,
      long toStride,
      int count,
      int width) {
    MemorySegment b = bias;
    for (int i = 0; i < width; i += LANES) {
      int lanes = Math.min(LANES, width - i);
      FloatVector added =
          b == null ? FloatVector.zero(SPECIES) : loadUpTo(b, biasOffset + 4L * i, lanes);
      long at = toOffset + 4L * i;
      if (lanes == LANES) {
        for (int r = 0; r < count; r++) {
          FloatVector v = FloatVector.fromArray(SPECIES, products, from + r * stride + i);
          store(v.add(added), to, at + r * toStride);
        }
      } else {
        VectorMask<Float> inside = SPECIES.indexInRange(0, lanes);
        for (int r = 0; r < count; r++) {
          FloatVector v = FloatVector.fromArray(SPECIES, products, from + r * stride + i, inside);
          v.add(added).intoMemorySegment(to, at + r * toStride, VectorSupport.ORDER, inside);
        }
      }
    }
  }

  private static FloatVector loadUpTo(MemorySegment from, long offset, int lanes) {
    return lanes == LANES ? load(from, offset) : loadTail(from, offset, lanes);
  }

  /** {@code y = residual + stage}, or the stage alone. */
  private void addRows(
      MemorySegment stage, @Nullable MemorySegment residual, long yOffset, int count, int width) {
    for (int r = 0; r < count; r++) {
      long from = 4L * r * width;
      long to = yOffset + 4L * r * columns;
      int i = 0;
      for (; i < SPECIES.loopBound(width); i += LANES) {
        FloatVector v = load(stage, from + 4L * i);
        long at = to + 4L * i;
        store(residual == null ? v : v.add(load(residual, at)), y, at);
      }
      if (i < width) {
        int rest = width - i;
        FloatVector v = loadTail(stage, from + 4L * i, rest);
        long at = to + 4L * i;
        storeTail(residual == null ? v : v.add(loadTail(residual, at, rest)), y, at, rest);
      }
    }
  }

  private void gatedRow(
      MemorySegment stage,
      long from,
      MemorySegment residual,
      MemorySegment gate,
      long gateOffset,
      long yOffset,
      int width) {
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      long at = yOffset + 4L * i;
      FloatVector v = load(stage, from + 4L * i);
      store(v.fma(load(gate, gateOffset + 4L * i), load(residual, at)), y, at);
    }
    if (i < width) {
      int rest = width - i;
      long at = yOffset + 4L * i;
      FloatVector v = loadTail(stage, from + 4L * i, rest);
      v = v.fma(loadTail(gate, gateOffset + 4L * i, rest), loadTail(residual, at, rest));
      storeTail(v, y, at, rest);
    }
  }
}
