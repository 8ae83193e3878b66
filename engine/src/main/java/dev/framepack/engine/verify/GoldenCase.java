package dev.framepack.engine.verify;

import java.nio.file.Path;

/** One kind of reference outputs. */
interface GoldenCase {

  /** Largest relative L2 of module outputs and latents. */
  double MODULE_TOLERANCE = 1e-4;

  /** Largest relative L2 of frames, which the references store as F16. */
  double FRAME_TOLERANCE = 1e-3;

  /** Outputs that must be equal. */
  double EXACT = 0;

  /** Whether a folder holds this kind, judged by its content. */
  boolean recognises(Path folder);

  /** Whether the case is compared when {@code subject} computes in half precision. */
  default boolean inHalfPrecision() {
    return true;
  }

  /** Computes everything and reports each output. */
  void run(Path folder, Subject subject, Report report);

  /** Takes one output of a case. */
  @FunctionalInterface
  interface Report {
    void check(String output, float[] found, float[] expected, double tolerance);
  }
}
