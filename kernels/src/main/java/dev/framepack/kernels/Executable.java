package dev.framepack.kernels;

/** A prepared program: replaying it allocates nothing. */
@FunctionalInterface
public interface Executable extends AutoCloseable {

  /**
   * Runs every call once, in order; when it returns, downloads see the results.
   *
   * @throws StoppedException when the thread's {@link StopSignal} came: on the host and on an
   *     emulated device before any of the operations, on a GPU before the first
   */
  void run();

  /** Frees what the program holds beside its tensors; it must not run afterwards. */
  @Override
  default void close() {}
}
