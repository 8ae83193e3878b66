package dev.framepack.kernels.emulator.exec;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import dev.framepack.kernels.emulator.exec.Float32.Rounding;

/** f32 and f64 arithmetic on 32 lanes. */
final class FloatKernels {
  static final Kernel ADD =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) + intBitsToFloat(r[b + l]));
        }
      };
  static final Kernel SUB =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) - intBitsToFloat(r[b + l]));
        }
      };
  static final Kernel MUL =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) * intBitsToFloat(r[b + l]));
        }
      };
  static final Kernel FMA =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] =
              floatToRawIntBits(
                  Math.fma(
                      intBitsToFloat(r[a + l]),
                      intBitsToFloat(r[b + l]),
                      intBitsToFloat(r[c + l])));
        }
      };
  static final Kernel DIV =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = floatToRawIntBits(intBitsToFloat(r[a + l]) / intBitsToFloat(r[b + l]));
        }
      };
  static final Kernel RCP =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = floatToRawIntBits(1f / intBitsToFloat(r[a + l]));
        }
      };
  static final Kernel SQRT =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = floatToRawIntBits((float) Math.sqrt(intBitsToFloat(r[a + l])));
        }
      };
  static final Kernel ABS =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l] & 0x7fffffff;
        }
      };
  static final Kernel NEG =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = r[a + l] ^ 0x80000000;
        }
      };
  static final Kernel MIN =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = extreme(r[a + l], r[b + l], true);
        }
      };
  static final Kernel MAX =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = extreme(r[a + l], r[b + l], false);
        }
      };
  static final Kernel COPYSIGN =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          r[d + l] = (r[b + l] & 0x7fffffff) | (r[a + l] & 0x80000000);
        }
      };
  static final Kernel COPYSIGN64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = q[b + l] & Long.MAX_VALUE | q[a + l] & Long.MIN_VALUE;
        }
      };

  static final Kernel ADD64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = bits(value(q[a + l]) + value(q[b + l]));
        }
      };
  static final Kernel SUB64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = bits(value(q[a + l]) - value(q[b + l]));
        }
      };
  static final Kernel MUL64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = bits(value(q[a + l]) * value(q[b + l]));
        }
      };
  static final Kernel FMA64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = bits(Math.fma(value(q[a + l]), value(q[b + l]), value(q[c + l])));
        }
      };
  static final Kernel DIV64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = bits(value(q[a + l]) / value(q[b + l]));
        }
      };
  static final Kernel RCP64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = bits(1 / value(q[a + l]));
        }
      };
  static final Kernel SQRT64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = bits(Math.sqrt(value(q[a + l])));
        }
      };
  static final Kernel ABS64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = q[a + l] & Long.MAX_VALUE;
        }
      };
  static final Kernel NEG64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          q[d + l] = q[a + l] ^ Long.MIN_VALUE;
        }
      };
  static final Kernel MIN64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          double x = value(q[a + l]);
          double y = value(q[b + l]);
          q[d + l] = bits(Double.isNaN(x) ? y : Double.isNaN(y) ? x : Math.min(x, y));
        }
      };
  static final Kernel MAX64 =
      (r, q, d, a, b, c) -> {
        for (int l = 0; l < 32; l++) {
          double x = value(q[a + l]);
          double y = value(q[b + l]);
          q[d + l] = bits(Double.isNaN(x) ? y : Double.isNaN(y) ? x : Math.max(x, y));
        }
      };

  private FloatKernels() {}

  private static double value(long bits) {
    return Double.longBitsToDouble(bits);
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  /** The one that is a number wins; two NaNs give the canonical one; -0 is below +0. */
  static int extreme(int x, int y, boolean least) {
    float u = intBitsToFloat(x);
    float v = intBitsToFloat(y);
    if (Float.isNaN(u)) {
      return Float.isNaN(v) ? Float32.CANONICAL_NAN : y;
    }
    if (Float.isNaN(v)) {
      return x;
    }
    return floatToRawIntBits(least ? Math.min(u, v) : Math.max(u, v));
  }

  /** min or max of two whose result is NaN when either is. */
  static Kernel propagating(Kernel plain) {
    return (r, q, d, a, b, c) -> {
      int nan = 0;
      for (int l = 0; l < 32; l++) {
        float x = intBitsToFloat(r[a + l]);
        float y = intBitsToFloat(r[b + l]);
        nan |= (Float.isNaN(x) || Float.isNaN(y) ? 1 : 0) << l;
      }
      plain.run(r, q, d, a, b, c);
      for (; nan != 0; nan &= nan - 1) {
        r[d + Integer.numberOfTrailingZeros(nan)] = Float32.CANONICAL_NAN;
      }
    };
  }

  /** A kernel in another rounding; slow, and exact. */
  static Kernel directed(Kernel nearest, Rounding rounding, Float32.Exact exact, int sources) {
    return (r, q, d, a, b, c) -> {
      float[] x = new float[96];
      for (int l = 0; l < 32; l++) {
        x[l] = intBitsToFloat(r[a + l]);
        x[32 + l] = sources > 1 ? intBitsToFloat(r[b + l]) : 0;
        x[64 + l] = sources > 2 ? intBitsToFloat(r[c + l]) : 0;
      }
      nearest.run(r, q, d, a, b, c);
      for (int l = 0; l < 32; l++) {
        r[d + l] =
            floatToRawIntBits(
                Float32.directed(
                    intBitsToFloat(r[d + l]), rounding, exact, x[l], x[32 + l], x[64 + l]));
      }
    };
  }
}
