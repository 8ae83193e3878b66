package dev.framepack.kernels.emulator.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Layouts and arithmetic of matrix instructions; whole instructions are in the conformance pack.
 */
class MatrixTest {
  private static final int LANES = 32;

  /** Real numbers, where the pack has whole ones: float32 sums in k order, one rounding each. */
  @Test
  void sumsAreFloat32InOrderOfK() {
    SplittableRandom random = new SplittableRandom(3);
    int[] registers = new int[14 * LANES];
    for (int i = 0; i < 10 * LANES; i++) {
      registers[i] =
          Float.floatToRawIntBits(random.nextFloat() - 0.5f) >>> 16
              | Float.floatToRawIntBits(random.nextFloat() - 0.5f) & 0xffff0000;
    }
    for (int i = 6 * LANES; i < 10 * LANES; i++) {
      registers[i] = Float.floatToRawIntBits(random.nextFloat());
    }
    int[] before = registers.clone();
    new Mma(MmaElement.BF16, 16, false)
        .multiply(registers, at(10, 4), at(0, 4), at(4, 2), at(6, 4));
    for (int lane = 0; lane < LANES; lane++) {
      for (int i = 0; i < 4; i++) {
        int row = lane / 4 + i / 2 * 8;
        int column = lane % 4 * 2 + i % 2;
        float sum = Float.intBitsToFloat(before[(6 + i) * LANES + lane]);
        for (int k = 0; k < 16; k++) {
          int aWord = before[(row / 8 + k / 8 * 2) * LANES + row % 8 * 4 + k % 8 / 2];
          int bWord = before[(4 + k / 8) * LANES + column * 4 + k % 8 / 2];
          sum += bf16(aWord, k % 2) * bf16(bWord, k % 2);
        }
        assertEquals(sum, Float.intBitsToFloat(registers[(10 + i) * LANES + lane]));
      }
    }
  }

  @Test
  void theResultMayOverwriteItsOperands() {
    int[] registers = new int[10 * LANES];
    Arrays.fill(registers, 0, 6 * LANES, 0x3f803f80);
    new Mma(MmaElement.BF16, 16, false).multiply(registers, at(0, 4), at(0, 4), at(4, 2), at(6, 4));
    assertEquals(16f, Float.intBitsToFloat(registers[0]));
    assertEquals(16f, Float.intBitsToFloat(registers[4 * LANES - 1]));
  }

  private static int[] at(int register, int count) {
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = (register + i) * LANES;
    }
    return offsets;
  }

  private static float bf16(int word, int half) {
    return Float.intBitsToFloat((word >>> 16 * half) << 16);
  }

  @Test
  void storingWhatWasLoadedGivesTheRowsBack() {
    int[] rows = new SplittableRandom(1).ints(LANES).toArray();
    for (boolean transposed : new boolean[] {false, true}) {
      int[] registers = new int[LANES];
      int[] again = new int[LANES];
      MatrixMove.load(rows, transposed, registers, 0);
      MatrixMove.store(registers, 0, transposed, again);
      assertArrayEquals(rows, again, "transposed " + transposed);
    }
  }

  @Test
  void aSwizzleIsItsOwnInverseAndKeepsItsPattern() {
    for (Swizzle swizzle : Swizzle.values()) {
      Set<Integer> seen = new HashSet<>();
      for (int address = 0; address < swizzle.alignment(); address++) {
        int moved = swizzle.apply(address);
        assertEquals(address, swizzle.apply(moved), swizzle.toString());
        assertEquals(address / swizzle.span(), moved / swizzle.span(), swizzle.toString());
        assertTrue(seen.add(moved), swizzle.toString());
      }
    }
  }

  @Test
  void eightRowsOfATileLieInDifferentBanks() {
    for (Swizzle swizzle : new Swizzle[] {Swizzle.BYTES_32, Swizzle.BYTES_64, Swizzle.BYTES_128}) {
      Set<Integer> banks = new HashSet<>();
      for (int row = 0; row < 8; row++) {
        banks.add(swizzle.apply(row * swizzle.span()) / 16 % 8);
      }
      assertEquals(8, banks.size(), swizzle.toString());
    }
  }

  @Test
  void descriptorsAreTakenApart() {
    long descriptor = 0x1234L | 0x56L << 16 | 0x78L << 32 | 3L << 49 | 1L << 62;
    WgmmaOperand operand = WgmmaOperand.decode(descriptor, true);
    assertEquals(0x12340, operand.start());
    assertEquals(0x560, operand.leading());
    assertEquals(0x780, operand.stride());
    assertEquals(3, operand.baseOffset());
    assertEquals(Swizzle.BYTES_128, operand.swizzle());
    assertTrue(WgmmaOperand.isWellFormed(descriptor));
    assertFalse(WgmmaOperand.isWellFormed(descriptor | 1L << 15));
  }
}
