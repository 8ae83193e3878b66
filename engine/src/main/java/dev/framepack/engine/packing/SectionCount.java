package dev.framepack.engine.packing;

/** How many sections a video of a given length takes (spec section 4). */
public final class SectionCount {
  /** Frame rate the desktop application counts seconds by. */
  public static final int FRAMES_PER_SECOND = 30;

  /** Pixel frames per latent frame. */
  public static final int TEMPORAL_COMPRESSION = 4;

  private SectionCount() {}

  /** Profile framepack: {@code max(1, rint(seconds * 30 / (4 W)))}, half to even. */
  public static int fromSeconds(double seconds, int latentWindow) {
    double sections = seconds * FRAMES_PER_SECOND / (latentWindow * TEMPORAL_COMPRESSION);
    return (int) Math.max(1, Math.rint(sections));
  }

  /**
   * Profile diffusers: {@code max(1, ceil(frames / (4 (W - 1) + 1)))}; the output is not trimmed.
   */
  public static int fromFrames(int pixelFrames, int latentWindow) {
    return Math.max(1, Math.ceilDiv(pixelFrames, framesOf(latentWindow)));
  }

  /** Pixel frames that a run of latent frames decodes to. */
  public static int framesOf(int latentFrames) {
    return TEMPORAL_COMPRESSION * (latentFrames - 1) + 1;
  }
}
