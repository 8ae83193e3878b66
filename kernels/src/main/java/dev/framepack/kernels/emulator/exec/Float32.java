package dev.framepack.kernels.emulator.exec;

import java.math.BigDecimal;

/** Single-precision details that Java lacks: flushing, saturation, directed rounding. */
final class Float32 {
  /** The NaN that NVIDIA hardware returns. */
  static final int CANONICAL_NAN = 0x7fffffff;

  /** Rounding of a result. */
  enum Rounding {
    NEAREST,
    ZERO,
    DOWN,
    UP
  }

  /** An operation with an exact value. */
  interface Exact {
    BigDecimal of(BigDecimal a, BigDecimal b, BigDecimal c);
  }

  private Float32() {}

  static int flush(int bits) {
    return (bits & 0x7f800000) == 0 ? bits & 0x80000000 : bits;
  }

  static void flush(int[] r, int d, int a) {
    for (int l = 0; l < 32; l++) {
      int bits = r[a + l];
      r[d + l] = (bits & 0x7f800000) == 0 ? bits & 0x80000000 : bits;
    }
  }

  static void saturate(int[] r, int d) {
    for (int l = 0; l < 32; l++) {
      float x = Float.intBitsToFloat(r[d + l]);
      r[d + l] = x > 0 ? x < 1 ? r[d + l] : 0x3f800000 : 0;
    }
  }

  /** Flushes subnormal sources and results of a kernel on f32. */
  static Kernel flushing(Kernel plain) {
    return (r, q, d, a, b, c) -> {
      flush(r, 32, a);
      flush(r, 64, b);
      flush(r, 96, c);
      plain.run(r, q, d, 32, 64, 96);
      flush(r, d, d);
    };
  }

  static Kernel saturating(Kernel plain) {
    return (r, q, d, a, b, c) -> {
      plain.run(r, q, d, a, b, c);
      saturate(r, d);
    };
  }

  /** Corrects a result rounded to nearest to another rounding of the exact value. */
  static float directed(float nearest, Rounding rounding, Exact exact, float a, float b, float c) {
    if (!Float.isFinite(a) || !Float.isFinite(b) || !Float.isFinite(c)) {
      return nearest;
    }
    BigDecimal truth = exact.of(new BigDecimal(a), new BigDecimal(b), new BigDecimal(c));
    int sign = truth.signum();
    boolean up =
        switch (rounding) {
          case NEAREST -> throw new IllegalArgumentException("nearest needs no correction");
          case ZERO -> sign < 0;
          case DOWN -> false;
          case UP -> true;
        };
    if (Float.isInfinite(nearest)) {
      boolean keeps = up == nearest > 0;
      return keeps ? nearest : Math.copySign(Float.MAX_VALUE, nearest);
    }
    int error = new BigDecimal(nearest).compareTo(truth);
    if (error == 0) {
      return nearest;
    }
    if (up) {
      return error < 0 ? Math.nextUp(nearest) : nearest;
    }
    return error > 0 ? Math.nextDown(nearest) : nearest;
  }
}
