package dev.framepack.kernels.tensor;

/**
 * A shape or dtype that does not fit the operation; the message says operation, operand, expected
 * and found.
 */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ShapeException(String message) {
    super(message);
  }
}
