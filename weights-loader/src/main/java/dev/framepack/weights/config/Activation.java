package dev.framepack.weights.config;

/** Activation functions a configuration may name. */
public enum Activation {
  /** x sigmoid(x). */
  SILU,
  /** x sigmoid(1.702 x). */
  QUICK_GELU,
  /** The tanh approximation of GELU. */
  GELU_TANH
}
