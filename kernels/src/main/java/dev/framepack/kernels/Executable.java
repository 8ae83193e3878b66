package dev.framepack.kernels;

/** A prepared program: replaying it allocates nothing. */
@FunctionalInterface
public interface Executable {

  /** Runs every call once, in order; when it returns, downloads see the results. */
  void run();
}
