package dev.framepack.kernels.emulator.matrix;

/**
 * The data movement of {@code ldmatrix} and {@code stmatrix} for one 8x8 matrix of 16-bit elements.
 * Rows are 16 bytes, as four words: {@code rows[4 * row + word]}. Lane l holds elements 2 (l % 4)
 * and 2 (l % 4) + 1 of row l / 4, or, transposed, of column l / 4; the lower index in the low half
 * word. Source: PTX ISA 8.0, "ldmatrix".
 */
public final class MatrixMove {
  private static final int LANES = 32;

  private MatrixMove() {}

  /** Rows to the register that begins at {@code offset}. */
  public static void load(int[] rows, boolean transposed, int[] registers, int offset) {
    if (!transposed) {
      System.arraycopy(rows, 0, registers, offset, LANES);
      return;
    }
    for (int lane = 0; lane < LANES; lane++) {
      int column = lane >> 2;
      int row = 2 * (lane & 3);
      registers[offset + lane] = element(rows, row, column) | element(rows, row + 1, column) << 16;
    }
  }

  /** The register that begins at {@code offset} to rows. */
  public static void store(int[] registers, int offset, boolean transposed, int[] rows) {
    if (!transposed) {
      System.arraycopy(registers, offset, rows, 0, LANES);
      return;
    }
    for (int word = 0; word < LANES; word++) {
      int row = word >> 2;
      int column = 2 * (word & 3);
      rows[word] =
          fragment(registers, offset, row, column)
              | fragment(registers, offset, row, column + 1) << 16;
    }
  }

  private static int element(int[] rows, int row, int column) {
    return rows[4 * row + (column >> 1)] >>> (16 * (column & 1)) & 0xffff;
  }

  /** Element (row, column) of a transposed fragment: lane of that column, half word of that row. */
  private static int fragment(int[] registers, int offset, int row, int column) {
    return registers[offset + 4 * column + (row >> 1)] >>> (16 * (row & 1)) & 0xffff;
  }
}
