package dev.framepack.engine.timeline;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.packing.TailMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A clip that a video goes on from: its last frames are encoded and seen by sections as frames made
 * before them.
 *
 * @param clip frames in order of time, of one size; all of them when they come with the result,
 *     else as many of the last ones as there are
 * @param withClip whether the result begins with the clip; else it is the new frames alone
 */
public record ClipExtension(List<Rgb8Image> clip, boolean withClip) {
  /** Most frames of a clip. */
  public static final int MAX_FRAMES = 10_000;

  public ClipExtension {
    clip = List.copyOf(clip);
  }

  /**
   * How many of a clip's last frames sections can see.
   *
   * @param latentWindow of the sections
   */
  public static int usefulFrames(PackingNotation packing, int latentWindow) {
    return packing.left().tail() == TailMode.DELETE
        ? SectionCount.framesOf(Math.max(packing.left().frames() + 1, latentWindow))
        : MAX_FRAMES;
  }

  /**
   * Latent frames of the clip that sections can see: as many as the packing lists before them, all
   * where it keeps a tail, and enough to fade into.
   */
  public int contextLatents(PackingNotation packing, int latentWindow) {
    int available = (clip.size() - 1) / SectionCount.TEMPORAL_COMPRESSION + 1;
    if (packing.left().tail() != TailMode.DELETE) {
      return available;
    }
    return Math.min(available, Math.max(packing.left().frames(), latentWindow));
  }

  /** The frames those latents are made of: the last ones, 4 n + 1 of them. */
  public List<Rgb8Image> context(PackingNotation packing, int latentWindow) {
    int frames = SectionCount.framesOf(contextLatents(packing, latentWindow));
    return clip.subList(clip.size() - frames, clip.size());
  }

  /** What is wrong for a video; empty when nothing is. */
  public List<String> faults(int latentWindow) {
    List<String> faults = new ArrayList<>();
    int least = SectionCount.framesOf(latentWindow);
    if (clip.size() < least || clip.size() > MAX_FRAMES) {
      faults.add(
          "a clip to go on from must have %s to %s frames, found %s"
              .formatted(least, MAX_FRAMES, clip.size()));
    }
    Rgb8Image first = clip.isEmpty() ? null : clip.getFirst();
    for (Rgb8Image frame : clip) {
      if (first != null && (frame.width() != first.width() || frame.height() != first.height())) {
        faults.add(
            "frames of a clip have one size, found %sx%s and %sx%s"
                .formatted(first.width(), first.height(), frame.width(), frame.height()));
        break;
      }
    }
    return faults;
  }
}
