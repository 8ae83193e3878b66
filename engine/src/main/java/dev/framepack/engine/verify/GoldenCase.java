package dev.framepack.engine.verify;

import dev.framepack.kernels.Backend;
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

  /** Computes everything and reports each output. */
  void run(Path folder, Backend backend, Report report);

  /** Takes one output of a case. */
  @FunctionalInterface
  interface Report {
    void check(String output, float[] found, float[] expected, double tolerance);
  }
}
