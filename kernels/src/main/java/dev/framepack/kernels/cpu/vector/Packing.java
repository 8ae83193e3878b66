package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.GemmTile.A_ROW_BYTES;
import static dev.framepack.kernels.cpu.vector.GemmTile.COLUMNS;
import static dev.framepack.kernels.cpu.vector.GemmTile.PANEL_ROW_BYTES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;
import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;
import static dev.framepack.kernels.cpu.vector.VectorSupport.loadTail;
import static dev.framepack.kernels.cpu.vector.VectorSupport.store;

import java.lang.foreign.MemorySegment;
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
   * Rows of A into one block; rows past {@code rows} up to {@code paddedRows} become zero.
   *
   * @param stride bytes between rows of the source
   * @param k floats to copy from each row
   */
  static void rows(
      MemorySegment from,
      long fromOffset,
      long stride,
      int rows,
      int paddedRows,
      int k,
      MemorySegment to,
      long toOffset) {
    for (int r = 0; r < paddedRows; r++) {
      if (r < rows) {
        row(from, fromOffset + r * stride, k, to, toOffset + r * A_ROW_BYTES);
      } else {
        zeros(k, to, toOffset + r * A_ROW_BYTES);
      }
    }
  }

  /** Zeros over k floats, rounded up to whole vectors. */
  static void zeros(int k, MemorySegment to, long toOffset) {
    for (int i = 0; i < k; i += LANES) {
      store(FloatVector.zero(SPECIES), to, toOffset + 4L * i);
    }
  }

  /** Copies k floats; up to a vector beyond them becomes zero. */
  static void row(MemorySegment from, long fromOffset, int k, MemorySegment to, long toOffset) {
    int i = 0;
    for (; i < SPECIES.loopBound(k); i += LANES) {
      store(load(from, fromOffset + 4L * i), to, toOffset + 4L * i);
    }
    if (i < k) {
      store(loadTail(from, fromOffset + 4L * i, k - i), to, toOffset + 4L * i);
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
