package dev.framepack.kernels.emulator.matrix;

import static dev.framepack.kernels.emulator.matrix.TileProduct.BLOCK;

import java.util.Arrays;

/**
 * One warp's share of {@code wgmma.mma_async.m64nNk16} on 16-bit elements: the 16 rows of D that
 * the warp holds, D[16, N] = A[16, 16] x B[16, N] (+ D). Warp w of the warpgroup holds rows 16 w
 * and following; element i of a lane's accumulators is row l / 4 + 8 (i / 2 % 2) of them, column 8
 * (i / 4) + 2 (l % 4) + i % 2; A in registers is laid out as for {@code mma.m16n8k16}. Source: PTX
 * ISA 8.0, "Register fragments for wgmma.mma_async.m64nNk16". Not thread-safe.
 */
public final class Wgmma {
  /** Rows of A and D that one warp holds. */
  public static final int ROWS = 16;

  /** Depth of one instruction. */
  public static final int K = 16;

  private static final int LANES = 32;

  private final MmaElement element;
  private final int n;
  private final float[] a = new float[ROWS * K]; // [16, 16]
  private final float[] b; // [N / 8, 16, 8]
  private final float[] sums; // [N / 8, 16, 8]

  public Wgmma(MmaElement element, int n) {
    this.element = element;
    this.n = n;
    this.b = new float[K * n];
    this.sums = new float[ROWS * n];
  }

  /** Sets A[row, k] from its 16 bits. */
  public void setA(int row, int k, int halfWord, boolean negate) {
    float value = element.decode16(halfWord);
    a[row * K + k] = negate ? -value : value;
  }

  /** Sets A from four registers. */
  public void setA(int[] registers, int[] offsets, boolean negate) {
    for (int i = 0; i < offsets.length; i++) {
      for (int lane = 0; lane < LANES; lane++) {
        int row = (lane >> 2) + 8 * (i & 1);
        int k = 2 * (lane & 3) + 8 * (i >> 1);
        int value = registers[offsets[i] + lane];
        setA(row, k, value, negate);
        setA(row, k + 1, value >>> 16, negate);
      }
    }
  }

  /** Sets B[k, column] from its 16 bits. */
  public void setB(int k, int column, int halfWord, boolean negate) {
    float value = element.decode16(halfWord);
    b[(column / BLOCK * K + k) * BLOCK + column % BLOCK] = negate ? -value : value;
  }

  /** Starts from zero instead of the accumulators: {@code scale-d} false. */
  public void clear() {
    Arrays.fill(sums, 0);
  }

  /** Takes the accumulators: n / 2 registers of f32, or n / 4 of f16 pairs. */
  public void loadAccumulators(int[] registers, int[] offsets) {
    boolean pairs = offsets.length == n / 4;
    for (int i = 0; i < offsets.length; i++) {
      for (int lane = 0; lane < LANES; lane++) {
        int value = registers[offsets[i] + lane];
        if (pairs) {
          sums[index(lane, 2 * i)] = Float.float16ToFloat((short) value);
          sums[index(lane, 2 * i + 1)] = Float.float16ToFloat((short) (value >>> 16));
        } else {
          sums[index(lane, i)] = Float.intBitsToFloat(value);
        }
      }
    }
  }

  /** Adds the product to the sums. */
  public void multiply() {
    TileProduct.accumulate(a, ROWS, b, K, sums, n / BLOCK);
  }

  /** Writes the accumulators. */
  public void storeAccumulators(int[] registers, int[] offsets) {
    boolean pairs = offsets.length == n / 4;
    for (int i = 0; i < offsets.length; i++) {
      for (int lane = 0; lane < LANES; lane++) {
        if (pairs) {
          int low = Float.floatToFloat16(sums[index(lane, 2 * i)]) & 0xffff;
          int high = Float.floatToFloat16(sums[index(lane, 2 * i + 1)]);
          registers[offsets[i] + lane] = low | high << 16;
        } else {
          registers[offsets[i] + lane] = Float.floatToRawIntBits(sums[index(lane, i)]);
        }
      }
    }
  }

  private static int index(int lane, int i) {
    int row = (lane >> 2) + 8 * (i >> 1 & 1);
    return (i / 4 * ROWS + row) * BLOCK + 2 * (lane & 3) + (i & 1);
  }
}
