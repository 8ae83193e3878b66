package dev.framepack.engine;

import dev.framepack.engine.image.Rgb8Image;
import java.nio.file.Path;

/**
 * Told how a generation gets on, one call after the other and in order, on a thread of its own: a
 * slow listener holds up nothing and hears every step, late; of previews that wait only the latest
 * is kept. It may cancel jobs and close the engine. What it throws is logged and does not end the
 * job.
 */
public interface GenerationListener {

  /** Hears nothing. */
  GenerationListener NONE =
      new GenerationListener() {
        @Override
        public boolean wantsPreviews() {
          return false;
        }
      };

  /** A stage began or a step ended. */
  default void onProgress(GenerationProgress progress) {}

  /**
   * A section is decoded.
   *
   * @param section 0-based, in order of generation
   * @param preview middle frame of the section
   */
  default void onSectionPreview(int section, Rgb8Image preview) {}

  /** Asked before a preview is made, which takes a moment; should return at once. */
  default boolean wantsPreviews() {
    return true;
  }

  /**
   * More of the job is in its checkpoint, from where {@link FramePackEngine#resume} goes on.
   *
   * @param folder of the job
   * @param plans how many need not be made again: sections, or frames of a rolling window
   */
  default void onCheckpoint(Path folder, int plans) {}

  /**
   * Asked between steps and sections, on the thread that computes, so it should return at once;
   * true ends the job with a {@link CancelledException}. {@link GenerationJob#cancel} stops sooner.
   */
  default boolean isCancelled() {
    return false;
  }
}
