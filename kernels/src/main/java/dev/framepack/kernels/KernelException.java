package dev.framepack.kernels;

/**
 * A backend that cannot do what it was asked; the message says operation, types, reason and remedy.
 */
public class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public KernelException(String message) {
    super(message);
  }

  public KernelException(String message, Throwable cause) {
    super(message, cause);
  }
}
