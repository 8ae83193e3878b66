package dev.framepack.kernels.conformance.pack;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Inputs of the micro-kernels: fixed, lane-tagged, with the corner cases. */
final class MicroInputs {
  private static final int WARP = MicroKernels.WARP;

  /**
   * Approximate operations and how many units of the last place two implementations may differ by.
   * PTX ISA 8.0 states maximum errors of 2 ulp (ex2), 1 ulp (rcp), 2^-22.9 relative (rsqrt), 2^-23
   * relative (sqrt), 2^-22 absolute near 1 (lg2), 2^-20.5 absolute (sin, cos on [-pi, pi]), 2^-11
   * relative (tanh); the arguments keep absolute errors within these counts.
   */
  static final Map<String, Integer> APPROXIMATE =
      new TreeMap<>(
          Map.of(
              "ex2.approx.ftz", 2,
              "ex2.approx", 2,
              "rcp.approx.ftz", 1,
              "rsqrt.approx.ftz", 2,
              "sqrt.approx.ftz", 2,
              "lg2.approx.ftz", 4,
              "sin.approx.ftz", 64,
              "cos.approx.ftz", 64,
              "tanh.approx", 1 << 13));

  /** The value of a word of a lane. */
  interface Word {
    int of(int word, int lane);
  }

  private MicroInputs() {}

  static int[] words(int count, Word word) {
    int[] words = new int[count * WARP];
    for (int i = 0; i < words.length; i++) {
      words[i] = word.of(i / WARP, i % WARP);
    }
    return words;
  }

  static int[] random(String name, int count) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    return words(count, (word, lane) -> random.nextInt());
  }

  /** Pairs of 16-bit whole numbers from -4 to 4, and sums to match. */
  static int[] small16(String type, String sums, int operandWords, int sumWords) {
    SplittableRandom random = new SplittableRandom(type.hashCode() + operandWords);
    return words(
        operandWords + sumWords,
        (word, lane) -> {
          float low = random.nextInt(9) - 4;
          float high = random.nextInt(9) - 4;
          boolean sum = word >= operandWords;
          return sum && sums.equals("f32")
              ? Float.floatToRawIntBits(low * 8)
              : half(type, low) | half(type, high) << 16;
        });
  }

  private static int half(String type, float value) {
    return type.equals("bf16")
        ? Float.floatToRawIntBits(value) >>> 16
        : Float.floatToFloat16(value) & 0xffff;
  }

  /** Whole numbers from -64 to 64 as float32: exact in tf32. */
  static int[] small32(String type, String sums, int operandWords, int sumWords) {
    SplittableRandom random = new SplittableRandom(type.hashCode() + operandWords);
    return words(
        operandWords + sumWords, (word, lane) -> Float.floatToRawIntBits(random.nextInt(129) - 64));
  }

  static int[] bytes(String type, String sums, int operandWords, int sumWords) {
    return random(type + operandWords, operandWords + sumWords);
  }

  /** Ties, subnormals, overflows, infinities and NaN for conversions. */
  static int[] conversions() {
    int[] special = {
      0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x3f808000, 0x3f818000, 0x3f808001,
      0x3f801000, 0x3f803000, 0x3f801001, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001,
      0x7f7fffff, 0xff7fffff, 0x477fefff, 0x477ff000, 0x38800000, 0x33000000, 0x33000001,
      0x387fe000, 0x00000001, 0x00008000, 0x40200000, 0x40600000, 0xc0200000, 0x4f000000,
      0x4f800000, 0xcf000000, 0x42c80000, 0xc2c7cccd
    };
    SplittableRandom random = new SplittableRandom(5);
    return words(
        3,
        (word, lane) ->
            switch (word) {
              case 0 -> special[lane];
              case 1 -> special[(11 * lane + 5) % 32];
              default -> random.nextInt() & 0xfbfffbff; // finite halves of many sizes
            });
  }

  /** Ordinary values, and every pair of special ones. */
  static int[] floats(int threads) {
    int[] special = {
      0x00000000, 0x80000000, 0x3f800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x00000001, 0x7f7fffff
    };
    SplittableRandom random = new SplittableRandom(7);
    int[] words = new int[3 * threads];
    for (int i = 0; i < threads; i++) {
      for (int word = 0; word < 3; word++) {
        words[word * threads + i] =
            Float.floatToRawIntBits(
                (float) ((random.nextDouble() - 0.5) * Math.scalb(1.0, random.nextInt(80) - 40)));
      }
      if (i < 64) {
        words[i] = special[i / 8];
        words[threads + i] = special[i % 8];
      }
    }
    return words;
  }

  /** Arguments of an approximate function inside its accurate range, and its special cases. */
  static int[] arguments(String operation, int threads) {
    int[] special = {0x00000000, 0x80000000, 0x3f800000, 0x7f800000, 0xff800000, 0x7fc00000};
    int specials =
        operation.startsWith("sin") || operation.startsWith("cos") || operation.startsWith("lg2")
            ? 0
            : special.length;
    int[] words = new int[threads];
    for (int i = 0; i < threads; i++) {
      float t = (i + 0.37f) / threads;
      float value =
          switch (operation.substring(0, operation.indexOf('.'))) {
            case "ex2" -> -60 + 120 * t;
            case "tanh" -> -4 + 8 * t;
            case "sin" -> 0.3f + 2.4f * t;
            case "cos" -> -1.2f + 2.4f * t;
            case "lg2" -> 2 + 1000 * t;
            case "rcp" -> (i % 2 == 0 ? 1 : -1) * (0.01f + 1000 * t * t);
            default -> 0.001f + 5000 * t * t;
          };
      words[i] = i < specials ? special[i] : Float.floatToRawIntBits(value);
    }
    return words;
  }
}
