package dev.framepack.engine.pipeline;

/**
 * Noise levels of one model evaluation.
 *
 * @param step 0-based within the section
 * @param condition what text, image and anything else without a frame is told
 * @param frames sigma of the frames being denoised: one for all, or one for each
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of arguments, compared nowhere
record NoiseLevels(int step, double condition, double... frames) {

  /** The same level for everything. */
  static NoiseLevels uniform(int step, double sigma) {
    return new NoiseLevels(step, sigma, sigma);
  }

  /** Sigma of a frame. */
  double frame(int frame) {
    return frames.length == 1 ? frames[0] : frames[frame];
  }
}
