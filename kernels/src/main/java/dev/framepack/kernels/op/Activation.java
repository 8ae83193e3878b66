package dev.framepack.kernels.op;

/** Pointwise non-linearities of the models. */
public enum Activation {
  NONE,
  /** x * sigmoid(x). */
  SILU,
  /** 0.5 x (1 + erf(x / sqrt 2)). */
  GELU,
  /** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
  GELU_TANH,
  /** x * sigmoid(1.702 x). */
  QUICK_GELU
}
