package dev.framepack.kernels;

/** Work ended early because its {@link StopSignal} came; nothing failed. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppedException() {
    super("stopped");
  }
}
