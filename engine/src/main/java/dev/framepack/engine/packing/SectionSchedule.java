package dev.framepack.engine.packing;

import java.util.List;

/**
 * All plans of a video.
 *
 * @param plans in order of generation
 * @param direction in which decoded windows are joined
 * @param sections of the video
 * @param latentWindow W, latent frames of a section
 * @param clipFrames latent frames of a clip that are there before the first section, the start
 *     image's among them; 1 without a clip
 */
public record SectionSchedule(
    List<SectionPlan> plans, Direction direction, int sections, int latentWindow, int clipFrames) {

  /** In which order time runs over decoded windows. */
  public enum Direction {
    FIRST_TO_LAST,
    LAST_TO_FIRST
  }

  public SectionSchedule {
    plans = List.copyOf(plans);
  }

  /** Latent frames of the video, the start image included. */
  public int latentFrames() {
    return clipFrames + sections * latentWindow;
  }

  /** Whether the video goes on from a clip. */
  public boolean extendsClip() {
    return clipFrames > 1;
  }

  /** The clip's place among the decoded windows: what the first section fades out of. */
  public DecodeWindow clipWindow() {
    return new DecodeWindow(
        direction == Direction.FIRST_TO_LAST ? 0 : sections,
        sections + 1,
        clipFrames - latentWindow,
        latentWindow);
  }

  /** Frames that decoding makes: the video's, but of a clip only what the first section fades. */
  public int decodedFrames() {
    return SectionCount.framesOf((extendsClip() ? latentWindow : 1) + sections * latentWindow);
  }

  /** Where an end image lies in time: right after the last frame. */
  public int endFrame() {
    return latentFrames();
  }
}
