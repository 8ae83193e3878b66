package dev.framepack.kernels.cpu.reference;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** {@link Linear}: tiles of 4 x 64 outputs, each output one sum over k in order. */
final class LinearKernel {
  private static final int TILE_ROWS = 4;
  private static final int TILE_COLUMNS = 64;

  private final Floats x; // [rows, depth]
  private final Floats weight; // [columns, depth]
  private final @Nullable Floats bias; // [columns]
  private final @Nullable Floats residual; // [rows, columns]
  private final @Nullable Floats gate; // [B, columns] or [rows, columns]
  private final Floats y; // [rows, columns]
  private final Activation activation;
  private final long rows;
  private final int columns;
  private final int depth;
  private final long rowsPerGate;

  private LinearKernel(Linear op, OpCall call) {
    Shape output = call.output().shape();
    this.columns = output.size(-1);
    this.rows = columns == 0 ? 0 : output.elementCount() / columns;
    this.depth = call.input(1).shape().size(1);
    this.x = Floats.input(call, 0);
    this.weight = Floats.input(call, 1);
    this.bias = op.bias() ? Floats.input(call, 2) : null;
    this.activation = op.activation();
    this.y = Floats.output(call);
    int next = op.epilogueInput();
    this.residual = op.epilogue() == Linear.Epilogue.NONE ? null : Floats.input(call, next);
    boolean gated = op.epilogue() == Linear.Epilogue.GATED_RESIDUAL;
    this.gate = gated ? Floats.input(call, next + 1) : null;
    this.rowsPerGate = gated ? Norms.rowsPerVector(output, call.input(next + 1).shape()) : 1;
  }

  static Runnable bind(Linear op, OpCall call, Workers workers) {
    LinearKernel kernel = new LinearKernel(op, call);
    long columnTiles = Math.ceilDiv(kernel.columns, TILE_COLUMNS);
    long tiles = Math.ceilDiv(kernel.rows, TILE_ROWS) * columnTiles;
    Workers.Range body =
        (_, from, to) -> {
          for (long tile = from; tile < to; tile++) {
            kernel.tile(tile / columnTiles * TILE_ROWS, (int) (tile % columnTiles) * TILE_COLUMNS);
          }
        };
    return () -> workers.split(tiles, body);
  }

  private void tile(long firstRow, int firstColumn) {
    long endRow = Math.min(firstRow + TILE_ROWS, rows);
    int endColumn = Math.min(firstColumn + TILE_COLUMNS, columns);
    int column = firstColumn;
    for (; column + 2 <= endColumn && endRow - firstRow == TILE_ROWS; column += 2) {
      fourByTwo(firstRow, column);
    }
    for (; column < endColumn; column++) {
      for (long row = firstRow; row < endRow; row++) {
        finish(row, column, dot(row, column));
      }
    }
  }

  private double dot(long row, int column) {
    long xRow = row * depth;
    long wRow = (long) column * depth;
    double sum = 0;
    for (int k = 0; k < depth; k++) {
      sum += (double) x.get(xRow + k) * weight.get(wRow + k);
    }
    return sum;
  }

  /** Eight outputs at once, so that every value read is used two or four times. */
  private void fourByTwo(long row, int column) {
    long x0 = row * depth;
    long x1 = x0 + depth;
    long x2 = x1 + depth;
    long x3 = x2 + depth;
    long w0 = (long) column * depth;
    long w1 = w0 + depth;
    double s00 = 0;
    double s01 = 0;
    double s10 = 0;
    double s11 = 0;
    double s20 = 0;
    double s21 = 0;
    double s30 = 0;
    double s31 = 0;
    for (int k = 0; k < depth; k++) {
      double a = weight.get(w0 + k);
      double b = weight.get(w1 + k);
      double v0 = x.get(x0 + k);
      double v1 = x.get(x1 + k);
      double v2 = x.get(x2 + k);
      double v3 = x.get(x3 + k);
      s00 += v0 * a;
      s01 += v0 * b;
      s10 += v1 * a;
      s11 += v1 * b;
      s20 += v2 * a;
      s21 += v2 * b;
      s30 += v3 * a;
      s31 += v3 * b;
    }
    finish(row, column, s00);
    finish(row, column + 1, s01);
    finish(row + 1, column, s10);
    finish(row + 1, column + 1, s11);
    finish(row + 2, column, s20);
    finish(row + 2, column + 1, s21);
    finish(row + 3, column, s30);
    finish(row + 3, column + 1, s31);
  }

  private void finish(long row, int column, double product) {
    double value = bias == null ? product : product + bias.get(column);
    value = Activations.apply(activation, value);
    long index = row * columns + column;
    if (gate != null) {
      value *= gate.get(row / rowsPerGate * columns + column);
    }
    y.set(index, residual == null ? value : residual.get(index) + value);
  }
}
