package dev.framepack.engine.history;

import dev.framepack.engine.packing.LatentVideo;

/**
 * Changes what the network sees of earlier frames; the frames themselves, which are decoded, stay
 * as they are. State of one video.
 */
public interface HistoryFilter {

  /**
   * Frames became final.
   *
   * @param firstFrame of the video's latent frames
   */
  default void onFinished(LatentVideo frames, int firstFrame) {}

  /**
   * Changes context frames in place.
   *
   * @param frames which frame of the video each is, {@link
   *     dev.framepack.engine.packing.SectionPlan#BLANK} for zeros; 0 is the start image
   */
  void apply(LatentVideo context, int[] frames);
}
