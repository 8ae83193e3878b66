package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Transcendental functions on vectors, about one unit in the last place, built from operations that
 * round alike everywhere (add, multiply, fused multiply-add, divide), so results do not depend on
 * the machine or on what is compiled.
 */
final class VectorMath {
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 6.93145752e-1f;
  private static final float LN2_LOW = 1.42860677e-6f;

  /** Adding this rounds to an integer and leaves it in the low bits. */
  private static final float ROUND = 12_582_912f;

  private static final float EXP_UNDERFLOW = -87f;
  private static final float EXP_OVERFLOW = 88.722839f;
  private static final float SQRT_HALF = 0.70710678f;

  /** 2 sqrt(2 / pi), for the sigmoid form of the tanh approximation. */
  private static final float GELU_TANH_SCALE = 1.59576912f;

  private static final float GELU_TANH_CUBE = 0.044715f;
  private static final float ERF_SPLIT = 0.927734375f;

  private VectorMath() {}

  /** e^x; zero below -87 (where floats end), infinity above 88.72, NaN for NaN. */
  static FloatVector exp(FloatVector x) {
    FloatVector overflow = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
    return expUpTo88(x).blend(overflow, x.compare(VectorOperators.GT, EXP_OVERFLOW));
  }

  /** {@link #exp} for arguments known to be at most 88. */
  static FloatVector expUpTo88(FloatVector x) {
    FloatVector shifted = x.fma(broadcast(LOG2_E), broadcast(ROUND));
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(broadcast(-LN2_HIGH), x);
    r = n.fma(broadcast(-LN2_LOW), r);
    FloatVector p = broadcast(1.37805939e-3f);
    p = p.fma(r, broadcast(8.37312452e-3f));
    p = p.fma(r, broadcast(4.16695364e-2f));
    p = p.fma(r, broadcast(1.66664720e-1f));
    p = p.fma(r, broadcast(4.99999851e-1f));
    p = p.fma(r, broadcast(1f));
    p = p.fma(r, broadcast(1f));
    FloatVector scaled =
        shifted
            .reinterpretAsInts()
            .lanewise(VectorOperators.LSHL, 23)
            .add(p.reinterpretAsInts())
            .reinterpretAsFloats();
    return scaled.blend(0f, x.compare(VectorOperators.LT, EXP_UNDERFLOW));
  }

  /** x / (1 + e^(-slope x)): SiLU for slope 1, quick GELU for 1.702. */
  static FloatVector swish(FloatVector x, float slope) {
    return x.div(exp(x.mul(-slope)).add(1f));
  }

  /** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), written as x sigmoid(2 ...). */
  static FloatVector geluTanh(FloatVector x) {
    FloatVector inner = x.mul(x).mul(GELU_TANH_CUBE).fma(x, x);
    return x.div(exp(inner.mul(-GELU_TANH_SCALE)).add(1f));
  }

  /** 0.5 x (1 + erf(x / sqrt 2)); erf by a polynomial near zero and 1 - e^p(|x|) beyond. */
  static FloatVector gelu(FloatVector x) {
    FloatVector a = x.mul(SQRT_HALF);
    FloatVector t = a.abs();
    FloatVector s = a.mul(a);
    FloatVector complement = exp(erfTailExponent(t, s)); // 1 - erf(t)
    VectorMask<Float> negative = a.compare(VectorOperators.LT, 0f);
    FloatVector far = broadcast(2f).sub(complement).blend(complement, negative);
    FloatVector near = erfNearZero(a, s).add(1f);
    FloatVector onePlusErf = near.blend(far, t.compare(VectorOperators.GT, ERF_SPLIT));
    return x.mul(0.5f).mul(onePlusErf);
  }

  private static FloatVector erfTailExponent(FloatVector t, FloatVector s) {
    FloatVector r = broadcast(-1.72853470e-5f).fma(t, broadcast(3.83197126e-4f));
    FloatVector u = broadcast(-3.88396438e-3f).fma(t, broadcast(2.42546219e-2f));
    r = r.fma(s, u);
    r = r.fma(t, broadcast(-1.06777877e-1f));
    r = r.fma(t, broadcast(-6.34846687e-1f));
    r = r.fma(t, broadcast(-1.28717512e-1f));
    return r.fma(t, t.neg());
  }

  private static FloatVector erfNearZero(FloatVector a, FloatVector s) {
    FloatVector r = broadcast(-5.96761703e-4f);
    r = r.fma(s, broadcast(4.99119423e-3f));
    r = r.fma(s, broadcast(-2.67681349e-2f));
    r = r.fma(s, broadcast(1.12819925e-1f));
    r = r.fma(s, broadcast(-3.76125336e-1f));
    r = r.fma(s, broadcast(1.28379166e-1f));
    return r.fma(a, a);
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
