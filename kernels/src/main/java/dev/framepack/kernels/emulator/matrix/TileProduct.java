package dev.framepack.kernels.emulator.matrix;

/** The inner product loop shared by {@code mma.sync} and {@code wgmma}. */
final class TileProduct {
  /** Columns of one block of B and of the accumulators. */
  static final int BLOCK = 8;

  private TileProduct() {}

  /**
   * acc += a x b in float32, k ascending; products of 16-bit and tf32 elements are exact, so every
   * addition rounds once.
   *
   * @param a [rows, depth]
   * @param b [blocks, depth, 8]
   * @param acc [blocks, rows, 8]
   */
  static void accumulate(float[] a, int rows, float[] b, int depth, float[] acc, int blocks) {
    for (int block = 0; block < blocks; block++) {
      for (int row = 0; row < rows; row++) {
        accumulateRow(
            a, row * depth, b, block * depth * BLOCK, depth, acc, (block * rows + row) * BLOCK);
      }
    }
  }

  /** Eight sums in locals: the compiler keeps them in registers over the k loop. */
  private static void accumulateRow(
      float[] a, int aRow, float[] b, int bBlock, int depth, float[] acc, int out) {
    float c0 = acc[out];
    float c1 = acc[out + 1];
    float c2 = acc[out + 2];
    float c3 = acc[out + 3];
    float c4 = acc[out + 4];
    float c5 = acc[out + 5];
    float c6 = acc[out + 6];
    float c7 = acc[out + 7];
    for (int k = 0; k < depth; k++) {
      float x = a[aRow + k];
      int y = bBlock + k * BLOCK;
      c0 += x * b[y];
      c1 += x * b[y + 1];
      c2 += x * b[y + 2];
      c3 += x * b[y + 3];
      c4 += x * b[y + 4];
      c5 += x * b[y + 5];
      c6 += x * b[y + 6];
      c7 += x * b[y + 7];
    }
    acc[out] = c0;
    acc[out + 1] = c1;
    acc[out + 2] = c2;
    acc[out + 3] = c3;
    acc[out + 4] = c4;
    acc[out + 5] = c5;
    acc[out + 6] = c6;
    acc[out + 7] = c7;
  }
}
