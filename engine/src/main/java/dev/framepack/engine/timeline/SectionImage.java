package dev.framepack.engine.timeline;

import dev.framepack.engine.image.Rgb8Image;

/**
 * An image that stands in the start image's place for some sections.
 *
 * @param first section in order of time, counted from 0, or from -1 backwards
 * @param last inclusive, of the same sign
 * @param image fitted to the video as the start image is
 */
public record SectionImage(int first, int last, Rgb8Image image) {

  /** For one section. */
  public static SectionImage of(int section, Rgb8Image image) {
    return new SectionImage(section, section, image);
  }

  /** Whether it is the image of the section after the start image, whatever the video's length. */
  boolean isStart() {
    return first == 0;
  }

  /** What {@link SectionImages#read} reads before the colon. */
  public String sections() {
    return first == last ? String.valueOf(first) : first + "-" + last;
  }
}
