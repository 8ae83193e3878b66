package dev.framepack.kernels.emulator;

import java.math.BigDecimal;

/** Roundings from exact values, independent of the emulator's bit tricks. */
final class ExactRounding {
  private ExactRounding() {}

  static float exactFma(float a, float b, float c) {
    if (!Float.isFinite(a) || !Float.isFinite(b) || !Float.isFinite(c)) {
      return (float) ((double) a * b + c);
    }
    BigDecimal exact = new BigDecimal(a).multiply(new BigDecimal(b)).add(new BigDecimal(c));
    return exact.signum() == 0 ? a * b + c : exact.floatValue();
  }

  static float towardZero(float a, float b) {
    float nearest = a + b;
    if (!Float.isFinite(a) || !Float.isFinite(b)) {
      return nearest;
    }
    if (Float.isInfinite(nearest)) {
      return Math.copySign(Float.MAX_VALUE, nearest);
    }
    BigDecimal exact = new BigDecimal(a).add(new BigDecimal(b));
    return new BigDecimal(nearest).abs().compareTo(exact.abs()) > 0
        ? Float.intBitsToFloat(Float.floatToRawIntBits(nearest) - 1)
        : nearest;
  }

  /** Rounds to a float of so many bits by scaling; independent of the emulator's bit tricks. */
  static long nearestHalf(float x, int precision, int leastExponent) {
    if (Float.isNaN(x)) {
      return 0x7fff;
    }
    int exponentBits = 16 - precision;
    long infinity = ((1L << exponentBits) - 1) << (precision - 1);
    long sign = Float.floatToRawIntBits(x) < 0 ? 0x8000 : 0;
    double magnitude = Math.abs((double) x);
    if (magnitude == 0) {
      return sign;
    }
    if (Double.isInfinite(magnitude)) {
      return sign | infinity;
    }
    int exponent = Math.max(Math.getExponent(magnitude), leastExponent);
    double units = Math.rint(Math.scalb(magnitude, precision - 1 - exponent));
    long encoded = (long) units + ((long) (exponent - leastExponent) << (precision - 1));
    return sign | Math.min(encoded, infinity);
  }
}
