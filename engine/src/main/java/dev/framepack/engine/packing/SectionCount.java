package dev.framepack.engine.packing;

import java.util.OptionalDouble;
import java.util.OptionalInt;

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

  /** Whether a length makes sense, so that sections can be counted. */
  public static boolean isKnown(OptionalDouble seconds, OptionalInt frames, int latentWindow) {
    boolean window = latentWindow >= 1 && latentWindow <= 33;
    return window
        && seconds.isPresent() != frames.isPresent()
        && seconds.orElse(1) > 0
        && seconds.orElse(1) < 1e6
        && frames.orElse(1) > 0;
  }

  /** Sections of a length in seconds or in frames. */
  public static int of(OptionalDouble seconds, OptionalInt frames, int latentWindow) {
    return seconds.isPresent()
        ? fromSeconds(seconds.getAsDouble(), latentWindow)
        : fromFrames(frames.orElseThrow(), latentWindow);
  }

  /** How long a section is; the start image comes before the first. */
  public static double seconds(int latentWindow) {
    return (double) latentWindow * TEMPORAL_COMPRESSION / FRAMES_PER_SECOND;
  }

  /** Pixel frames that a run of latent frames decodes to. */
  public static int framesOf(int latentFrames) {
    return TEMPORAL_COMPRESSION * (latentFrames - 1) + 1;
  }
}
