package dev.framepack.kernels;

/** A prepared program: replaying it allocates nothing. */
@FunctionalInterface
public interface Executable extends AutoCloseable {

  /** Runs every call once, in order; when it returns, downloads see the results. */
  void run();

  /** Frees what the program holds beside its tensors; it must not run afterwards. */
  @Override
  default void close() {}
}
