package dev.framepack.kernels.conformance.pack;

/**
 * mma.sync from the tables of the PTX ISA ("Matrix Fragments for mma.m16n8k..."): row and column of
 * element i of a lane, then sums in whole numbers. Shares no code with the emulator.
 */
final class ExpectedProducts {
  private ExpectedProducts() {}

  /** Row of element {@code i} of the A fragment. */
  static int rowOfA(int bits, int k, int lane, int i) {
    int group = lane >> 2;
    return switch (bits) {
      case 16 -> i < 2 || (i >= 4 && i < 6) ? group : group + 8;
      case 32 -> i == 0 || i == 2 ? group : group + 8;
      default -> i < 4 || (i >= 8 && i < 12) ? group : group + 8;
    };
  }

  /** Column (k) of element {@code i} of the A fragment. */
  static int columnOfA(int bits, int k, int lane, int i) {
    int inGroup = lane % 4;
    return switch (bits) {
      case 16 -> inGroup * 2 + (i & 1) + (i >= 4 ? 8 : 0);
      case 32 -> i < 2 ? inGroup : inGroup + 4;
      default -> inGroup * 4 + (i & 3) + (i >= 8 ? 16 : 0);
    };
  }

  /** Row (k) of element {@code i} of the B fragment; its column is the lane's group. */
  static int rowOfB(int bits, int lane, int i) {
    int inGroup = lane % 4;
    return switch (bits) {
      case 16 -> inGroup * 2 + (i & 1) + (i >= 2 ? 8 : 0);
      case 32 -> i < 1 ? inGroup : inGroup + 4;
      default -> inGroup * 4 + (i & 3) + (i >= 4 ? 16 : 0);
    };
  }

  static int[] mma(String type, String sums, int k, int[] in) {
    int bits = type.equals("tf32") ? 32 : type.endsWith("8") ? 8 : 16;
    int aElements = 16 * k / 32;
    int bElements = 8 * k / 32;
    double[][] a = new double[16][k];
    double[][] b = new double[k][8];
    int aWords = aElements * bits / 32;
    int bWords = bElements * bits / 32;
    for (int lane = 0; lane < 32; lane++) {
      for (int i = 0; i < aElements; i++) {
        a[rowOfA(bits, k, lane, i)][columnOfA(bits, k, lane, i)] = element(type, in, 0, lane, i);
      }
      for (int i = 0; i < bElements; i++) {
        b[rowOfB(bits, lane, i)][lane >> 2] = element(type, in, aWords, lane, i);
      }
    }
    int cWords = sums.equals("f16") ? 2 : 4;
    int[] out = new int[cWords * 32];
    for (int lane = 0; lane < 32; lane++) {
      for (int i = 0; i < 4; i++) {
        int row = i < 2 ? lane >> 2 : (lane >> 2) + 8;
        int column = lane % 4 * 2 + (i & 1);
        double sum = element(sums, in, aWords + bWords, lane, i);
        for (int j = 0; j < k; j++) {
          sum += a[row][j] * b[j][column];
        }
        switch (sums) {
          case "f32" -> out[32 * i + lane] = Float.floatToRawIntBits((float) sum);
          case "s32" -> out[32 * i + lane] = (int) (long) sum;
          default ->
              out[32 * (i / 2) + lane] |=
                  (Float.floatToFloat16((float) sum) & 0xffff) << 16 * (i % 2);
        }
      }
    }
    return out;
  }

  private static double element(String type, int[] in, int word, int lane, int i) {
    return switch (type) {
      case "f32", "tf32" -> Float.intBitsToFloat(in[(word + i) * 32 + lane]);
      case "s32" -> in[(word + i) * 32 + lane];
      case "s8" -> (byte) (in[(word + i / 4) * 32 + lane] >> 8 * (i % 4));
      case "u8" -> in[(word + i / 4) * 32 + lane] >> 8 * (i % 4) & 255;
      case "bf16" -> Float.intBitsToFloat((in[(word + i / 2) * 32 + lane] >> 16 * (i % 2)) << 16);
      default -> Float.float16ToFloat((short) (in[(word + i / 2) * 32 + lane] >> 16 * (i % 2)));
    };
  }
}
