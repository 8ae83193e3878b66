package dev.framepack.kernels.emulator.matrix;

import static dev.framepack.kernels.emulator.matrix.TileProduct.BLOCK;

import java.util.Arrays;

/**
 * {@code mma.sync.aligned.m16n8kK.row.col}: D[16, 8] = A[16, K] x B[K, 8] + C[16, 8]. Registers are
 * an array {@code value[register * 32 + lane]}; a fragment is the list of its registers' offsets.
 * With g = lane / 4 and t = lane % 4, a register of e elements holds
 *
 * <ul>
 *   <li>A register i: row g + 8 (i % 2), k = e t + 4 e (i / 2) and the e - 1 following;
 *   <li>B register i: column g, k = e t + 4 e i and the e - 1 following;
 *   <li>C and D, 32 bits each, register i: row g + 8 (i / 2), column 2 t + i % 2;
 *   <li>C and D, pairs of f16, register i: row g + 8 i, columns 2 t and 2 t + 1.
 * </ul>
 *
 * The low bits of a register hold the lower k or column. Sums are float32 in k order, or exact
 * 32-bit integers. Source: PTX ISA 8.0, "Matrix fragments for mma.m16n8kK". Not thread-safe.
 */
public final class Mma {
  private static final int LANES = 32;
  private static final int ROWS = 16;

  private final MmaElement element;
  private final int depth;
  private final boolean halfAccumulators;
  private final float[] a; // [16, depth]
  private final float[] b; // [depth, 8]
  private final float[] sums = new float[ROWS * BLOCK]; // [16, 8]

  /**
   * @param depth K of the instruction
   * @param halfAccumulators true when C and D are f16
   */
  public Mma(MmaElement element, int depth, boolean halfAccumulators) {
    this.element = element;
    this.depth = depth;
    this.halfAccumulators = halfAccumulators;
    this.a = new float[ROWS * depth];
    this.b = new float[depth * BLOCK];
  }

  /** Registers of the A fragment. */
  public int aRegisters() {
    return depth * element.bits() / 64;
  }

  /** Registers of the B fragment. */
  public int bRegisters() {
    return aRegisters() / 2;
  }

  /** Registers of the C and of the D fragment. */
  public int cRegisters() {
    return halfAccumulators ? 2 : 4;
  }

  /** Computes D; its registers may be those of any operand. */
  public void multiply(
      int[] registers, int[] dOffsets, int[] aOffsets, int[] bOffsets, int[] cOffsets) {
    if (element.isInteger()) {
      multiplyIntegers(registers, dOffsets, aOffsets, bOffsets, cOffsets);
      return;
    }
    gatherA(registers, aOffsets);
    gatherB(registers, bOffsets);
    gatherC(registers, cOffsets);
    TileProduct.accumulate(a, ROWS, b, depth, sums, 1);
    scatterD(registers, dOffsets);
  }

  private void gatherA(int[] registers, int[] offsets) {
    int elements = element.perRegister();
    for (int i = 0; i < offsets.length; i++) {
      int row = 8 * (i & 1);
      int k = 4 * elements * (i >> 1);
      decode(registers, offsets[i], a, row * depth + k, depth, elements, 1);
    }
  }

  private void gatherB(int[] registers, int[] offsets) {
    int elements = element.perRegister();
    for (int i = 0; i < offsets.length; i++) {
      decode(registers, offsets[i], b, 4 * elements * i * BLOCK, 1, elements * BLOCK, BLOCK);
    }
  }

  /** Element e of lane (g, t) goes to target[base + g * perG + t * perT + e * perElement]. */
  private void decode(
      int[] registers, int from, float[] target, int base, int perG, int perT, int perElement) {
    switch (element) {
      case BF16 -> {
        for (int lane = 0; lane < LANES; lane++) {
          int value = registers[from + lane];
          int at = base + (lane >> 2) * perG + (lane & 3) * perT;
          target[at] = Float.intBitsToFloat(value << 16);
          target[at + perElement] = Float.intBitsToFloat(value & 0xffff0000);
        }
      }
      case F16 -> {
        for (int lane = 0; lane < LANES; lane++) {
          int value = registers[from + lane];
          int at = base + (lane >> 2) * perG + (lane & 3) * perT;
          target[at] = Float.float16ToFloat((short) value);
          target[at + perElement] = Float.float16ToFloat((short) (value >>> 16));
        }
      }
      default -> {
        for (int lane = 0; lane < LANES; lane++) {
          int at = base + (lane >> 2) * perG + (lane & 3) * perT;
          for (int e = 0; e < element.perRegister(); e++) {
            target[at + e * perElement] = element.decode(registers[from + lane], e);
          }
        }
      }
    }
  }

  private void gatherC(int[] registers, int[] offsets) {
    for (int lane = 0; lane < LANES; lane++) {
      int at = (lane >> 2) * BLOCK + 2 * (lane & 3);
      for (int half = 0; half < 2; half++, at += 8 * BLOCK) {
        if (halfAccumulators) {
          int pair = registers[offsets[half] + lane];
          sums[at] = Float.float16ToFloat((short) pair);
          sums[at + 1] = Float.float16ToFloat((short) (pair >>> 16));
        } else {
          sums[at] = Float.intBitsToFloat(registers[offsets[2 * half] + lane]);
          sums[at + 1] = Float.intBitsToFloat(registers[offsets[2 * half + 1] + lane]);
        }
      }
    }
  }

  private void scatterD(int[] registers, int[] offsets) {
    for (int lane = 0; lane < LANES; lane++) {
      int at = (lane >> 2) * BLOCK + 2 * (lane & 3);
      for (int half = 0; half < 2; half++, at += 8 * BLOCK) {
        if (halfAccumulators) {
          int low = Float.floatToFloat16(sums[at]) & 0xffff;
          registers[offsets[half] + lane] = low | Float.floatToFloat16(sums[at + 1]) << 16;
        } else {
          registers[offsets[2 * half] + lane] = Float.floatToRawIntBits(sums[at]);
          registers[offsets[2 * half + 1] + lane] = Float.floatToRawIntBits(sums[at + 1]);
        }
      }
    }
  }

  /** Bytes are exact in float32 and so are sums of 32 products; C may be any 32-bit integer. */
  private void multiplyIntegers(
      int[] registers, int[] dOffsets, int[] aOffsets, int[] bOffsets, int[] cOffsets) {
    gatherA(registers, aOffsets);
    gatherB(registers, bOffsets);
    Arrays.fill(sums, 0);
    TileProduct.accumulate(a, ROWS, b, depth, sums, 1);
    for (int lane = 0; lane < LANES; lane++) {
      int at = (lane >> 2) * BLOCK + 2 * (lane & 3);
      for (int i = 0; i < 4; i++) {
        int product = (int) sums[at + (i >> 1) * 8 * BLOCK + (i & 1)];
        registers[dOffsets[i] + lane] = registers[cOffsets[i] + lane] + product;
      }
    }
  }
}
