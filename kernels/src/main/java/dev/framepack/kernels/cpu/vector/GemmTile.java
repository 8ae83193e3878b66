package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;
import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.ORDER;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The register-tiled inner product under every matrix product and attention: {@code C = A B} for a
 * tile of {@link #ROWS} by {@link #COLUMNS} whose sums all stay in vector registers.
 *
 * <p>The sums leave through an array and start from zero on purpose: the first compiler runs out of
 * virtual registers when a method has many accesses to memory segments, and a method it skips is
 * interpreted for long.
 *
 * <p>A is a block of rows at the constant distance {@link #A_ROW_BYTES}, so one base register
 * reaches them all; B is a panel {@code [k][COLUMNS]}. Every element of C is one chain of fused
 * multiply-adds in the order of k, whatever the tile, so tails round like full tiles.
 */
final class GemmTile {
  /** Rows of a tile: 24 accumulators with 32 registers, 12 with 16. */
  static final int ROWS = LANES >= 16 ? 12 : 6;

  static final int COLUMNS = 2 * LANES;

  /** Depth of a block of A. */
  static final int K_BLOCK = 512;

  /** The extra cache line keeps rows of A out of the same cache sets. */
  static final long A_ROW_BYTES = 4L * (K_BLOCK + 16);

  /** Bytes of one block of A. */
  static final long A_TILE_BYTES = ROWS * A_ROW_BYTES;

  static final long PANEL_ROW_BYTES = 4L * COLUMNS;

  private static final long VECTOR_BYTES = 4L * LANES;
  private static final int HALF_ROWS = 6;

  private GemmTile() {}

  /**
   * {@code C = A B}.
   *
   * @param c the products, rows {@link #COLUMNS} apart; rows past {@code rows} are undefined
   * @param rows rows that count, at most {@link #ROWS}
   * @param k depth, at most {@link #K_BLOCK}
   */
  static void multiply(
      MemorySegment a, long aOffset, MemorySegment b, long bOffset, float[] c, int rows, int k) {
    if (rows > HALF_ROWS) {
      twelveRows(a, aOffset, b, bOffset, c, k);
    } else {
      sixRows(a, aOffset, b, bOffset, c, k);
    }
  }

  /** Adds the products of a further block to the sums of a tile. */
  static void accumulate(float[] products, float[] sums) {
    for (int i = 0; i < ROWS * COLUMNS; i += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, i);
      sum.add(FloatVector.fromArray(SPECIES, products, i)).intoArray(sums, i);
    }
  }

  /** Rows a block of A must really hold for this many rows that count. */
  static int paddedRows(int rows) {
    return rows > HALF_ROWS ? ROWS : HALF_ROWS;
  }

  private static void twelveRows(
      MemorySegment a, long aOffset, MemorySegment b, long bOffset, float[] c, int k) {
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
      long aColumn = aOffset + 4L * i;
      FloatVector x;
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn));
      p0 = x.fma(left, p0);
      q0 = x.fma(right, q0);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + A_ROW_BYTES));
      p1 = x.fma(left, p1);
      q1 = x.fma(right, q1);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 2 * A_ROW_BYTES));
      p2 = x.fma(left, p2);
      q2 = x.fma(right, q2);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 3 * A_ROW_BYTES));
      p3 = x.fma(left, p3);
      q3 = x.fma(right, q3);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 4 * A_ROW_BYTES));
      p4 = x.fma(left, p4);
      q4 = x.fma(right, q4);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 5 * A_ROW_BYTES));
      p5 = x.fma(left, p5);
      q5 = x.fma(right, q5);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 6 * A_ROW_BYTES));
      p6 = x.fma(left, p6);
      q6 = x.fma(right, q6);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 7 * A_ROW_BYTES));
      p7 = x.fma(left, p7);
      q7 = x.fma(right, q7);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 8 * A_ROW_BYTES));
      p8 = x.fma(left, p8);
      q8 = x.fma(right, q8);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 9 * A_ROW_BYTES));
      p9 = x.fma(left, p9);
      q9 = x.fma(right, q9);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 10 * A_ROW_BYTES));
      p10 = x.fma(left, p10);
      q10 = x.fma(right, q10);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 11 * A_ROW_BYTES));
      p11 = x.fma(left, p11);
      q11 = x.fma(right, q11);
    }
    p0.intoArray(c, 0);
    q0.intoArray(c, LANES);
    p1.intoArray(c, 2 * LANES);
    q1.intoArray(c, 3 * LANES);
    p2.intoArray(c, 4 * LANES);
    q2.intoArray(c, 5 * LANES);
    p3.intoArray(c, 6 * LANES);
    q3.intoArray(c, 7 * LANES);
    p4.intoArray(c, 8 * LANES);
    q4.intoArray(c, 9 * LANES);
    p5.intoArray(c, 10 * LANES);
    q5.intoArray(c, 11 * LANES);
    p6.intoArray(c, 12 * LANES);
    q6.intoArray(c, 13 * LANES);
    p7.intoArray(c, 14 * LANES);
    q7.intoArray(c, 15 * LANES);
    p8.intoArray(c, 16 * LANES);
    q8.intoArray(c, 17 * LANES);
    p9.intoArray(c, 18 * LANES);
    q9.intoArray(c, 19 * LANES);
    p10.intoArray(c, 20 * LANES);
    q10.intoArray(c, 21 * LANES);
    p11.intoArray(c, 22 * LANES);
    q11.intoArray(c, 23 * LANES);
  }

  private static void sixRows(
      MemorySegment a, long aOffset, MemorySegment b, long bOffset, float[] c, int k) {
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
      long aColumn = aOffset + 4L * i;
      FloatVector x;
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn));
      p0 = x.fma(left, p0);
      q0 = x.fma(right, q0);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + A_ROW_BYTES));
      p1 = x.fma(left, p1);
      q1 = x.fma(right, q1);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 2 * A_ROW_BYTES));
      p2 = x.fma(left, p2);
      q2 = x.fma(right, q2);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 3 * A_ROW_BYTES));
      p3 = x.fma(left, p3);
      q3 = x.fma(right, q3);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 4 * A_ROW_BYTES));
      p4 = x.fma(left, p4);
      q4 = x.fma(right, q4);
      x = FloatVector.broadcast(SPECIES, a.get(FLOAT, aColumn + 5 * A_ROW_BYTES));
      p5 = x.fma(left, p5);
      q5 = x.fma(right, q5);
    }
    p0.intoArray(c, 0);
    q0.intoArray(c, LANES);
    p1.intoArray(c, 2 * LANES);
    q1.intoArray(c, 3 * LANES);
    p2.intoArray(c, 4 * LANES);
    q2.intoArray(c, 5 * LANES);
    p3.intoArray(c, 6 * LANES);
    q3.intoArray(c, 7 * LANES);
    p4.intoArray(c, 8 * LANES);
    q4.intoArray(c, 9 * LANES);
    p5.intoArray(c, 10 * LANES);
    q5.intoArray(c, 11 * LANES);
  }
}
