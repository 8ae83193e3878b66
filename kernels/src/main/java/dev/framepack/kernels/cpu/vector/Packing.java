package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.GemmTile.A_STRIDE;
import static dev.framepack.kernels.cpu.vector.GemmTile.COLUMNS;
import static dev.framepack.kernels.cpu.vector.GemmTile.PANEL_ROW_BYTES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;
import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;
import static dev.framepack.kernels.cpu.vector.VectorSupport.loadTail;
import static dev.framepack.kernels.cpu.vector.VectorSupport.store;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Brings operands into the layouts {@link GemmTile} reads. */
final class Packing {
  private Packing() {}

  /** Panels that cover this many columns. */
  static int panels(int columns) {
    return Math.ceilDiv(columns, COLUMNS);
  }

  static long panelBytes(int k) {
    return k * PANEL_ROW_BYTES;
  }

  /**
   * Rows into one block of A, each times {@code factor}; rows past {@code rows} up to {@link
   * GemmTile#paddedRows} become zero.
   *
   * @param stride bytes between rows of the source
   * @param k floats to take from each row, at most {@link GemmTile#K_BLOCK}
   */
  static void rows(
      MemorySegment from,
      long fromOffset,
      long stride,
      int rows,
      int k,
      float factor,
      float[] to,
      int toFrom) {
    for (int r = 0; r < rows; r++) {
      row(from, fromOffset + r * stride, k, factor, to, toFrom + r * A_STRIDE);
    }
    for (int r = rows; r < GemmTile.paddedRows(rows); r++) {
      Arrays.fill(to, toFrom + r * A_STRIDE, toFrom + r * A_STRIDE + k, 0f);
    }
  }

  private static void row(
      MemorySegment from, long fromOffset, int k, float factor, float[] to, int toFrom) {
    int i = 0;
    for (; i < SPECIES.loopBound(k); i += LANES) {
      load(from, fromOffset + 4L * i).mul(factor).intoArray(to, toFrom + i);
    }
    if (i < k) {
      loadTail(from, fromOffset + 4L * i, k - i).mul(factor).intoArray(to, toFrom + i);
    }
  }

  /**
   * One panel {@code [k][COLUMNS]} of B = W^T from rows of W; missing columns become zero.
   *
   * @param columns rows of W that exist, at most COLUMNS
   * @param stride bytes between rows of W
   */
  static void transposedPanel(
      MemorySegment from,
      long fromOffset,
      long stride,
      int columns,
      int k,
      MemorySegment to,
      long toOffset) {
    for (int c = 0; c < COLUMNS; c++) {
      for (int i = 0; i < k; i++) {
        float value = c < columns ? from.get(FLOAT, fromOffset + c * stride + 4L * i) : 0f;
        to.set(FLOAT, toOffset + i * PANEL_ROW_BYTES + 4L * c, value);
      }
    }
  }

  /** One panel {@code [k][COLUMNS]} of B from rows of B; missing columns become zero. */
  static void panel(
      MemorySegment from,
      long fromOffset,
      long stride,
      int columns,
      int k,
      MemorySegment to,
      long toOffset) {
    int second = Math.max(0, columns - LANES);
    for (int i = 0; i < k; i++) {
      long source = fromOffset + i * stride;
      long target = toOffset + i * PANEL_ROW_BYTES;
      store(loadUpTo(from, source, Math.min(columns, LANES)), to, target);
      store(
          second == 0
              ? FloatVector.zero(SPECIES)
              : loadUpTo(from, source + 4L * LANES, Math.min(second, LANES)),
          to,
          target + 4L * LANES);
    }
  }

  private static FloatVector loadUpTo(MemorySegment from, long offset, int lanes) {
    return lanes == LANES ? load(from, offset) : loadTail(from, offset, lanes);
  }
}
