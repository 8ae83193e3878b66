package dev.framepack.engine.packing;

import java.util.List;

/**
 * All plans of a video.
 *
 * @param plans in order of generation
 * @param direction in which decoded windows are joined
 * @param sections of the video
 * @param latentWindow W, latent frames of a section
 */
public record SectionSchedule(
    List<SectionPlan> plans, Direction direction, int sections, int latentWindow) {

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
    return 1 + sections * latentWindow;
  }

  /** Where an end image lies in time: right after the last frame. */
  public int endFrame() {
    return latentFrames();
  }
}
