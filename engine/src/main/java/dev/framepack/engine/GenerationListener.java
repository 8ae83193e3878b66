package dev.framepack.engine;

import dev.framepack.engine.image.Rgb8Image;

/**
 * Told how a generation gets on, on the thread that runs it; should return quickly. An exception
 * thrown here is logged and does not end the job.
 */
public interface GenerationListener {

  /** Hears nothing. */
  GenerationListener NONE = new GenerationListener() {};

  /** A stage began or a step ended. */
  default void onProgress(GenerationProgress progress) {}

  /**
   * A section is decoded.
   *
   * @param section 0-based, in order of generation
   * @param preview middle frame of the section
   */
  default void onSectionPreview(int section, Rgb8Image preview) {}

  /** Asked between steps and sections; true ends the job with a {@link CancelledException}. */
  default boolean isCancelled() {
    return false;
  }
}
