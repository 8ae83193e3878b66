package dev.framepack.engine.pipeline;

import java.util.Arrays;

/**
 * Noise levels of one model evaluation.
 *
 * @param step 0-based within the section
 * @param frames sigma of the frames being denoised: one for all, or one for each
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of arguments, compared nowhere
record NoiseLevels(int step, double... frames) {

  /** Sigma of a frame. */
  double frame(int frame) {
    return frames.length == 1 ? frames[0] : frames[frame];
  }

  /** What text, image and anything else without a frame is told: the mean. */
  double condition() {
    return frames.length == 1 ? frames[0] : Arrays.stream(frames).average().orElseThrow();
  }
}
