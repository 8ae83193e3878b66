package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.ORDER;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The register-tiled inner product under every matrix product and attention: {@code C = A B} for a
 * tile of {@link #ROWS} by {@link #COLUMNS} whose sums all stay in vector registers.
 *
 * <p>A is a block of rows at the constant distance {@link #A_STRIDE}, so one base register reaches
 * them all; B is a panel {@code [k][COLUMNS]} in aligned memory. A and C are arrays on purpose: the
 * first compiler runs out of virtual registers when a method has many accesses to memory segments,
 * and a method it skips is interpreted for long. Every element of C is one chain of fused
 * multiply-adds in the order of k, whatever the tile, so tails round like full tiles.
 */
final class GemmTile {
  /** Rows of a tile: 24 accumulators with 32 registers, 12 with 16. */
  static final int ROWS = LANES >= 16 ? 12 : 6;

  static final int COLUMNS = 2 * LANES;

  /** Depth of a block of A. */
  static final int K_BLOCK = 512;

  /** Floats between rows of A; the extra cache line keeps rows out of the same cache sets. */
  static final int A_STRIDE = K_BLOCK + 16;

  /** Floats of one block of A. */
  static final int A_BLOCK = ROWS * A_STRIDE;

  static final long PANEL_ROW_BYTES = 4L * COLUMNS;

  private static final long VECTOR_BYTES = 4L * LANES;
  private static final int HALF_ROWS = 6;

  private GemmTile() {}

  /**
   * {@code C = A B}.
   *
   * @param cStride floats between rows of C; rows past {@code rows} become undefined
   * @param rows rows that count, at most {@link #ROWS}
   * @param k depth, at most {@link #K_BLOCK}
   */
  static void multiply(
      float[] a,
      int aFrom,
      MemorySegment b,
      long bOffset,
      float[] c,
      int cFrom,
      int cStride,
      int rows,
      int k) {
    if (rows > HALF_ROWS) {
      twelveRows(a, aFrom, b, bOffset, c, cFrom, cStride, k);
    } else {
      sixRows(a, aFrom, b, bOffset, c, cFrom, cStride, k);
    }
  }

  /** Rows a block of A must really hold for this many rows that count. */
  static int paddedRows(int rows) {
    return rows > HALF_ROWS ? ROWS : HALF_ROWS;
  }

  private static void twelveRows(
      float[] a,
      int aFrom,
      MemorySegment b,
      long bOffset,
      float[] c,
      int cFrom,
      int cStride,
      int k) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector p0 = zero;
    FloatVector q0 = zero;
    FloatVector p1 = zero;
    FloatVector q1 = zero;
    FloatVector p2 = zero;
    FloatVector q2 = zero;
    FloatVector p3 = zero;
    FloatVector q3 = zero;
    FloatVector p4 = zero;
    FloatVector q4 = zero;
    FloatVector p5 = zero;
    FloatVector q5 = zero;
    FloatVector p6 = zero;
    FloatVector q6 = zero;
    FloatVector p7 = zero;
    FloatVector q7 = zero;
    FloatVector p8 = zero;
    FloatVector q8 = zero;
    FloatVector p9 = zero;
    FloatVector q9 = zero;
    FloatVector p10 = zero;
    FloatVector q10 = zero;
    FloatVector p11 = zero;
    FloatVector q11 = zero;
    for (int i = 0; i < k; i++) {
      long bRow = bOffset + i * PANEL_ROW_BYTES;
      FloatVector left = FloatVector.fromMemorySegment(SPECIES, b, bRow, ORDER);
      FloatVector right = FloatVector.fromMemorySegment(SPECIES, b, bRow + VECTOR_BYTES, ORDER);
      FloatVector x;
      x = FloatVector.broadcast(SPECIES, a[aFrom + i]);
      p0 = x.fma(left, p0);
      q0 = x.fma(right, q0);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + A_STRIDE]);
      p1 = x.fma(left, p1);
      q1 = x.fma(right, q1);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 2 * A_STRIDE]);
      p2 = x.fma(left, p2);
      q2 = x.fma(right, q2);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 3 * A_STRIDE]);
      p3 = x.fma(left, p3);
      q3 = x.fma(right, q3);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 4 * A_STRIDE]);
      p4 = x.fma(left, p4);
      q4 = x.fma(right, q4);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 5 * A_STRIDE]);
      p5 = x.fma(left, p5);
      q5 = x.fma(right, q5);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 6 * A_STRIDE]);
      p6 = x.fma(left, p6);
      q6 = x.fma(right, q6);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 7 * A_STRIDE]);
      p7 = x.fma(left, p7);
      q7 = x.fma(right, q7);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 8 * A_STRIDE]);
      p8 = x.fma(left, p8);
      q8 = x.fma(right, q8);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 9 * A_STRIDE]);
      p9 = x.fma(left, p9);
      q9 = x.fma(right, q9);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 10 * A_STRIDE]);
      p10 = x.fma(left, p10);
      q10 = x.fma(right, q10);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 11 * A_STRIDE]);
      p11 = x.fma(left, p11);
      q11 = x.fma(right, q11);
    }
    p0.intoArray(c, cFrom);
    q0.intoArray(c, cFrom + LANES);
    p1.intoArray(c, cFrom + cStride);
    q1.intoArray(c, cFrom + cStride + LANES);
    p2.intoArray(c, cFrom + 2 * cStride);
    q2.intoArray(c, cFrom + 2 * cStride + LANES);
    p3.intoArray(c, cFrom + 3 * cStride);
    q3.intoArray(c, cFrom + 3 * cStride + LANES);
    p4.intoArray(c, cFrom + 4 * cStride);
    q4.intoArray(c, cFrom + 4 * cStride + LANES);
    p5.intoArray(c, cFrom + 5 * cStride);
    q5.intoArray(c, cFrom + 5 * cStride + LANES);
    p6.intoArray(c, cFrom + 6 * cStride);
    q6.intoArray(c, cFrom + 6 * cStride + LANES);
    p7.intoArray(c, cFrom + 7 * cStride);
    q7.intoArray(c, cFrom + 7 * cStride + LANES);
    p8.intoArray(c, cFrom + 8 * cStride);
    q8.intoArray(c, cFrom + 8 * cStride + LANES);
    p9.intoArray(c, cFrom + 9 * cStride);
    q9.intoArray(c, cFrom + 9 * cStride + LANES);
    p10.intoArray(c, cFrom + 10 * cStride);
    q10.intoArray(c, cFrom + 10 * cStride + LANES);
    p11.intoArray(c, cFrom + 11 * cStride);
    q11.intoArray(c, cFrom + 11 * cStride + LANES);
  }

  private static void sixRows(
      float[] a,
      int aFrom,
      MemorySegment b,
      long bOffset,
      float[] c,
      int cFrom,
      int cStride,
      int k) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector p0 = zero;
    FloatVector q0 = zero;
    FloatVector p1 = zero;
    FloatVector q1 = zero;
    FloatVector p2 = zero;
    FloatVector q2 = zero;
    FloatVector p3 = zero;
    FloatVector q3 = zero;
    FloatVector p4 = zero;
    FloatVector q4 = zero;
    FloatVector p5 = zero;
    FloatVector q5 = zero;
    for (int i = 0; i < k; i++) {
      long bRow = bOffset + i * PANEL_ROW_BYTES;
      FloatVector left = FloatVector.fromMemorySegment(SPECIES, b, bRow, ORDER);
      FloatVector right = FloatVector.fromMemorySegment(SPECIES, b, bRow + VECTOR_BYTES, ORDER);
      FloatVector x;
      x = FloatVector.broadcast(SPECIES, a[aFrom + i]);
      p0 = x.fma(left, p0);
      q0 = x.fma(right, q0);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + A_STRIDE]);
      p1 = x.fma(left, p1);
      q1 = x.fma(right, q1);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 2 * A_STRIDE]);
      p2 = x.fma(left, p2);
      q2 = x.fma(right, q2);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 3 * A_STRIDE]);
      p3 = x.fma(left, p3);
      q3 = x.fma(right, q3);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 4 * A_STRIDE]);
      p4 = x.fma(left, p4);
      q4 = x.fma(right, q4);
      x = FloatVector.broadcast(SPECIES, a[aFrom + i + 5 * A_STRIDE]);
      p5 = x.fma(left, p5);
      q5 = x.fma(right, q5);
    }
    p0.intoArray(c, cFrom);
    q0.intoArray(c, cFrom + LANES);
    p1.intoArray(c, cFrom + cStride);
    q1.intoArray(c, cFrom + cStride + LANES);
    p2.intoArray(c, cFrom + 2 * cStride);
    q2.intoArray(c, cFrom + 2 * cStride + LANES);
    p3.intoArray(c, cFrom + 3 * cStride);
    q3.intoArray(c, cFrom + 3 * cStride + LANES);
    p4.intoArray(c, cFrom + 4 * cStride);
    q4.intoArray(c, cFrom + 4 * cStride + LANES);
    p5.intoArray(c, cFrom + 5 * cStride);
    q5.intoArray(c, cFrom + 5 * cStride + LANES);
  }
}
