package dev.framepack.engine.random;

/**
 * Box-Muller on a block of 16 float32 uniforms, rounding for rounding as PyTorch's AVX2 kernel does
 * it: logarithm, sine and cosine are the Cephes single-precision polynomials with fused
 * multiply-adds, and lanes j and j + 8 form a pair.
 */
final class BoxMuller {

  static final int BLOCK = 16;
  private static final int PAIRS = BLOCK / 2;
  private static final float TWO_PI = (float) (2 * Math.PI);

  private static final float SQRT_HALF = 0.707106781186547524f;
  private static final float[] LOG_POLYNOMIAL = {
    7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f,
    -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
    2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f
  };
  private static final float LOG_Q1 = -2.12194440e-4f;
  private static final float LOG_Q2 = 0.693359375f;

  private BoxMuller() {}

  /** Turns 16 uniforms in [0, 1) into 16 standard normals, in place. */
  static void transform(float[] block) {
    for (int j = 0; j < PAIRS; j++) {
      float u1 = 1f - block[j];
      float radius = (float) Math.sqrt(-2f * log(u1));
      float theta = TWO_PI * block[j + PAIRS];
      sincos(theta, radius, block, j);
    }
  }

  /** Natural logarithm of x in (0, 1]. */
  private static float log(float x) {
    int bits = Float.floatToRawIntBits(x);
    float exponent = (bits >>> 23) - 126;
    float mantissa = Float.intBitsToFloat((bits & 0x007fffff) | 0x3f000000); // [0.5, 1)
    float m = mantissa - 1f;
    if (mantissa < SQRT_HALF) {
      exponent -= 1f;
      m += mantissa;
    }
    float z = m * m;
    float y = LOG_POLYNOMIAL[0];
    for (int i = 1; i < LOG_POLYNOMIAL.length; i++) {
      y = Math.fma(y, m, LOG_POLYNOMIAL[i]);
    }
    y = y * m;
    y = Math.fma(y, z, exponent * LOG_Q1);
    y = Math.fma(-z, 0.5f, y);
    return Math.fma(exponent, LOG_Q2, m + y);
  }

  /** Writes radius cos(theta) to lane j and radius sin(theta) to lane j + 8, theta in [0, 2 pi). */
  private static void sincos(float theta, float radius, float[] block, int j) {
    int octant = ((int) (theta * 1.27323954473516f) + 1) & ~1;
    float y = octant;
    float x = Math.fma(y, -0.78515625f, theta);
    x = Math.fma(y, -2.4187564849853515625e-4f, x);
    x = Math.fma(y, -3.77489497744594108e-8f, x);
    float z = x * x;
    float c = Math.fma(2.443315711809948e-5f, z, -1.388731625493765e-3f);
    c = Math.fma(c, z, 4.166664568298827e-2f) * z;
    c = Math.fma(c, z, -(z * 0.5f)) + 1f;
    float s = Math.fma(-1.9515295891e-4f, z, 8.3321608736e-3f);
    s = Math.fma(s, z, -1.6666654611e-1f) * z;
    s = Math.fma(s, x, x);
    boolean swapped = (octant & 2) != 0;
    float sine = swapped ? c : s;
    float cosine = swapped ? s : c;
    if ((octant & 4) != 0) {
      sine = -sine;
    }
    if (((octant - 2) & 4) == 0) {
      cosine = -cosine;
    }
    // Adding the mean of zero turns -0 into +0, as the reference's final multiply-add does.
    block[j] = radius * cosine + 0f;
    block[j + PAIRS] = radius * sine + 0f;
  }
}
