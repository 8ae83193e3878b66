package dev.framepack.kernels.conformance.pack;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Conversions, arithmetic and bit operations by other means than the emulator's. */
final class ExpectedScalars {
  private ExpectedScalars() {}

  static int[] convert(int[] in) {
    int[] out = new int[10 * 32];
    for (int lane = 0; lane < 32; lane++) {
      float a = Float.intBitsToFloat(in[lane]);
      float b = Float.intBitsToFloat(in[32 + lane]);
      int[] words = {
        bf16(a, false) | bf16(b, false) << 16,
        f16(a) | f16(b) << 16,
        bf16(a, true) | bf16(b, true) << 16,
        f16(a),
        Float.floatToRawIntBits(Float.float16ToFloat((short) in[64 + lane])),
        Float.floatToRawIntBits(Float.float16ToFloat((short) (in[64 + lane] >> 16))),
        (int) Math.clamp(Math.rint(Float.isNaN(a) ? 0 : a), Integer.MIN_VALUE, Integer.MAX_VALUE),
        (int) (long) Math.clamp(Float.isNaN(a) ? 0 : (double) a, 0.0, 4294967295.0),
        Float.floatToRawIntBits((float) (long) in[lane]),
        Float.floatToRawIntBits((float) (in[lane] & 0xffffffffL))
      };
      for (int word = 0; word < 10; word++) {
        out[32 * word + lane] = words[word];
      }
    }
    return out;
  }

  /** The nearest of the two bf16 around a float by exact comparison, ties to the even one. */
  private static int bf16(float value, boolean towardZero) {
    if (Float.isNaN(value)) {
      return 0x7fff;
    }
    int bits = Float.floatToRawIntBits(value);
    int down = bits >>> 16;
    if (Float.isInfinite(value) || towardZero || (bits & 0xffff) == 0) {
      return down;
    }
    double low = Math.abs((double) Float.intBitsToFloat(down << 16));
    int up = down + 1;
    double high =
        (up & 0x7fff) == 0x7f80 ? 0x1p128 : Math.abs((double) Float.intBitsToFloat(up << 16));
    double middle = (low + high) / 2;
    double magnitude = Math.abs((double) value);
    if (magnitude == middle) {
      return down % 2 == 0 ? down : up;
    }
    return magnitude < middle ? down : up;
  }

  private static int f16(float value) {
    return Float.isNaN(value) ? 0x7fff : Float.floatToFloat16(value) & 0xffff;
  }

  static int[] float32(int[] in) {
    int[] out = new int[10 * 128];
    for (int i = 0; i < 128; i++) {
      float a = Float.intBitsToFloat(in[i]);
      float b = Float.intBitsToFloat(in[128 + i]);
      float c = Float.intBitsToFloat(in[256 + i]);
      float[] words = {
        (float) ((double) a + (double) b),
        (float) ((double) a * (double) b),
        fused(a, b, c),
        (float) ((double) a / (double) b),
        (float) Math.sqrt((double) a),
        (float) (1.0 / (double) a),
        least(a, b),
        -least(-a, -b),
        truncatedSum(a, b),
        flush(flush(a) * flush(b))
      };
      for (int word = 0; word < 10; word++) {
        out[128 * word + i] = Float.floatToRawIntBits(words[word]);
      }
    }
    return out;
  }

  private static float fused(float a, float b, float c) {
    boolean finite = Float.isFinite(a) && Float.isFinite(b) && Float.isFinite(c);
    if (!finite) {
      return a * b + c;
    }
    BigDecimal exact = new BigDecimal(a).multiply(new BigDecimal(b)).add(new BigDecimal(c));
    return exact.signum() == 0 ? (float) ((double) a * b + c) : exact.floatValue();
  }

  private static float least(float a, float b) {
    if (Float.isNaN(a) || Float.isNaN(b)) {
      return Float.isNaN(a) ? b : a;
    }
    return a == 0 && b == 0 ? (1 / a < 0 ? a : b) : a < b ? a : b;
  }

  private static float truncatedSum(float a, float b) {
    float rounded = a + b;
    if (!Float.isFinite(a) || !Float.isFinite(b)) {
      return rounded;
    }
    BigDecimal exact = new BigDecimal(a).add(new BigDecimal(b));
    if (Float.isInfinite(rounded)) {
      return Math.copySign(Float.MAX_VALUE, rounded);
    }
    return new BigDecimal(rounded).abs().compareTo(exact.abs()) > 0
        ? Math.nextAfter(rounded, 0.0)
        : rounded;
  }

  private static float flush(float value) {
    return Math.abs(value) < Float.MIN_NORMAL ? Math.copySign(0f, value) : value;
  }

  /** The function in double precision. */
  static int[] approximate(String operation, int[] in) {
    boolean flushes = operation.endsWith("_ftz");
    int[] out = new int[in.length];
    for (int i = 0; i < in.length; i++) {
      double x = Float.intBitsToFloat(in[i]);
      double y =
          switch (operation.replace("_ftz", "")) {
            case "ex2" -> Math.pow(2, x);
            case "rcp" -> 1 / x;
            case "rsqrt" -> 1 / Math.sqrt(x);
            case "sqrt" -> Math.sqrt(x);
            case "lg2" -> log2(x);
            case "sin" -> Math.sin(x);
            case "cos" -> Math.cos(x);
            default -> Math.tanh(x);
          };
      float rounded = (float) y;
      out[i] = Float.floatToRawIntBits(flushes ? flush(rounded) : rounded);
    }
    return out;
  }

  private static double log2(double x) {
    return new BigDecimal(Math.log(x))
        .divide(new BigDecimal(Math.log(2)), MathContext.DECIMAL64)
        .doubleValue();
  }

  static int[] bits(int[] in) {
    int[] out = new int[16 * 32];
    for (int lane = 0; lane < 32; lane++) {
      int a = in[lane];
      int b = in[32 + lane];
      int c = in[64 + lane];
      long both = (a & 0xffffffffL) | (long) b << 32;
      int position = c & 255;
      int length = c >>> 8 & 255;
      int wrapped = c & 31;
      int clamped = (int) Math.min(c & 0xffffffffL, 32);
      BigInteger pair = new BigInteger(Long.toUnsignedString(both));
      int[] words = {
        permute(both, c),
        a ^ b ^ c,
        (a & b) | (a & c) | (b & c),
        extract(a, position, length, false),
        extract(a, position, length, true),
        insert(a, b, position, length),
        pair.shiftLeft(wrapped).shiftRight(32).intValue(),
        pair.shiftRight(wrapped).intValue(),
        pair.shiftLeft(clamped).shiftRight(32).intValue(),
        pair.shiftRight(clamped).intValue(),
        Integer.toBinaryString(a).replace("0", "").length(),
        a < 0 ? 0 : 32 - new BigInteger(Integer.toUnsignedString(a)).bitLength(),
        reverse(a),
        unsigned(a).multiply(unsigned(b)).shiftRight(32).intValue(),
        BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).shiftRight(32).intValue(),
        BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).add(BigInteger.valueOf(c)).intValue()
      };
      for (int word = 0; word < 16; word++) {
        out[32 * word + lane] = words[word];
      }
    }
    return out;
  }

  private static BigInteger unsigned(int value) {
    return new BigInteger(Integer.toUnsignedString(value));
  }

  private static int permute(long both, int selector) {
    int result = 0;
    for (int i = 0; i < 4; i++) {
      int nibble = selector >>> 4 * i & 15;
      int chosen = (int) (both >>> 8 * (nibble & 7)) & 255;
      boolean replicate = nibble > 7;
      result |= (replicate ? (chosen > 127 ? 255 : 0) : chosen) << 8 * i;
    }
    return result;
  }

  private static int extract(int a, int position, int length, boolean signed) {
    int result = 0;
    int signAt = Math.min(position + length - 1, 31);
    int sign = signed && length > 0 ? a >>> signAt & 1 : 0;
    for (int i = 0; i < 32; i++) {
      int bit = i < length && position + i <= 31 ? a >>> position + i & 1 : sign;
      result |= bit << i;
    }
    return result;
  }

  private static int insert(int a, int b, int position, int length) {
    int result = b;
    for (int i = 0; i < length && position + i <= 31; i++) {
      int at = position + i;
      result = result & ~(1 << at) | (a >>> i & 1) << at;
    }
    return result;
  }

  private static int reverse(int a) {
    int result = 0;
    for (int i = 0; i < 32; i++) {
      result |= (a >>> i & 1) << 31 - i;
    }
    return result;
  }

  static int[] atomics(int[] in) {
    int[] words = new int[8];
    words[2] = -1;
    words[3] = -1;
    float sum = 0;
    for (int i = 0; i < 64; i++) {
      int value = in[i];
      words[0] += value;
      words[1] = Math.max(words[1], value);
      words[2] = (int) Math.min(words[2] & 0xffffffffL, value & 0xffffffffL);
      words[3] &= value;
      words[4] |= value;
      words[5] ^= value;
      sum += Float.intBitsToFloat(in[64 + i]);
    }
    words[6] = Float.floatToRawIntBits(sum);
    words[7] = 1;
    int[] out = new int[8 * 64];
    for (int i = 0; i < out.length; i++) {
      out[i] = words[i / 64];
    }
    return out;
  }
}
