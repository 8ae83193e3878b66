package dev.framepack.kernels.emulator.matrix;

import static dev.framepack.kernels.emulator.matrix.TileProduct.BLOCK;

import java.util.Arrays;

/**
 * {@code wgmma.mma_async.m64nNk16} on 16-bit elements: D[64, N] = A[64, 16] x B[16, N] (+ D).
 * Element i of the accumulator fragment of lane l in warp w of the warpgroup is row 16 w + l / 4 +
 * 8 (i / 2 % 2), column 8 (i / 4) + 2 (l % 4) + i % 2; A in registers is laid out as for {@code
 * mma.m16n8k16}, rows 16 w and following. Source: PTX ISA 8.0, "Register fragments for
 * wgmma.mma_async.m64nNk16". Not thread-safe.
 */
public final class Wgmma {
  /** Rows of A and D. */
  public static final int M = 64;

  /** Depth of one instruction. */
  public static final int K = 16;

  private static final int LANES = 32;

  private final MmaElement element;
  private final int n;
  private final float[] a = new float[M * K]; // [64, 16]
  private final float[] b; // [N / 8, 16, 8]
  private final float[] sums; // [N / 8, 64, 8]

  public Wgmma(MmaElement element, int n) {
    this.element = element;
    this.n = n;
    this.b = new float[K * n];
    this.sums = new float[M * n];
  }

  /** Sets A[row, k] from its 16 bits. */
  public void setA(int row, int k, int halfWord, boolean negate) {
    float value = element.decode16(halfWord);
    a[row * K + k] = negate ? -value : value;
  }

  /** Sets the 16 rows of A that one warp of the warpgroup holds in four registers. */
  public void setA(int warp, int[] registers, int[] offsets, boolean negate) {
    for (int i = 0; i < 4; i++) {
      for (int lane = 0; lane < LANES; lane++) {
        int row = 16 * warp + (lane >> 2) + 8 * (i & 1);
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

  /** Takes one warp's accumulators; {@code offsets} are n / 2 registers, or n / 4 of f16 pairs. */
  public void loadAccumulators(int warp, int[] registers, int[] offsets) {
    boolean pairs = offsets.length == n / 4;
    for (int i = 0; i < offsets.length; i++) {
      for (int lane = 0; lane < LANES; lane++) {
        int value = registers[offsets[i] + lane];
        if (pairs) {
          sums[index(warp, lane, 2 * i)] = Float.float16ToFloat((short) value);
          sums[index(warp, lane, 2 * i + 1)] = Float.float16ToFloat((short) (value >>> 16));
        } else {
          sums[index(warp, lane, i)] = Float.intBitsToFloat(value);
        }
      }
    }
  }

  /** Adds the product to the sums. */
  public void multiply() {
    TileProduct.accumulate(a, M, b, K, sums, n / BLOCK);
  }

  /** Writes one warp's accumulators. */
  public void storeAccumulators(int warp, int[] registers, int[] offsets) {
    boolean pairs = offsets.length == n / 4;
    for (int i = 0; i < offsets.length; i++) {
      for (int lane = 0; lane < LANES; lane++) {
        if (pairs) {
          int low = Float.floatToFloat16(sums[index(warp, lane, 2 * i)]) & 0xffff;
          int high = Float.floatToFloat16(sums[index(warp, lane, 2 * i + 1)]);
          registers[offsets[i] + lane] = low | high << 16;
        } else {
          registers[offsets[i] + lane] = Float.floatToRawIntBits(sums[index(warp, lane, i)]);
        }
      }
    }
  }

  private static int index(int warp, int lane, int i) {
    int row = 16 * warp + (lane >> 2) + 8 * (i >> 1 & 1);
    return (i / 4 * M + row) * BLOCK + 2 * (lane & 3) + (i & 1);
  }
}
