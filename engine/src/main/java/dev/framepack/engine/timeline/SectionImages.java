package dev.framepack.engine.timeline;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.image.Rgb8Image;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Images that stand in the start image's place for some sections (musubi-tuner's section start
 * images): such a section's image embedding is that of its own image, and where its packing shows
 * the start image beyond an {@code x} or as an anchor it shows its own. Sections without one have
 * the start image; what was generated is seen as it is.
 *
 * @param images each for sections of its own
 */
public record SectionImages(List<SectionImage> images) {
  /** Every section has the start image. */
  public static final SectionImages NONE = new SectionImages(List.of());

  private static final String WHAT = "section images";
  private static final String CODE = "SECTION_IMAGES";
  private static final String REMEDY = "write 1:a.png;;;-1:b.png;;;2-3:c.png";

  public SectionImages {
    images = List.copyOf(images);
  }

  /**
   * Reads {@code 1:a.png;;;-1:b.png;;;2-3:c.png} and the files it names.
   *
   * @throws InvalidRequestException {@code SECTION_IMAGES}, naming all faults, each at its
   *     character
   * @throws dev.framepack.engine.ImageException when a file cannot be read
   */
  public static SectionImages read(String text) {
    return new SectionImages(parts(text).stream().map(Part::read).toList());
  }

  /** Which sections an image is for, and its file. */
  record Part(SectionSpan.Numbers sections, Path file) {
    private SectionImage read() {
      return new SectionImage(sections.first(), sections.last(), Rgb8Image.read(file));
    }
  }

  /** What a text says, before any file is read. */
  static List<Part> parts(String text) {
    List<Part> parts = new ArrayList<>();
    for (TimelinePart part : TimelineParser.parseSections(WHAT, CODE, REMEDY, text)) {
      if (!(part.span() instanceof SectionSpan.Numbers sections)) {
        throw invalid(SectionAssignment.fault(WHAT, part, "expected SECTION:FILE"));
      }
      parts.add(new Part(sections, path(part)));
    }
    return parts;
  }

  private static Path path(TimelinePart part) {
    try {
      return Path.of(part.value());
    } catch (InvalidPathException e) {
      throw invalid(SectionAssignment.fault(WHAT, part, "expected a file, found " + part.value()));
    }
  }

  private static InvalidRequestException invalid(String message) {
    return new InvalidRequestException(CODE, message, REMEDY, null);
  }

  /** The image of section 0, which is the start image when no other is given. */
  public Optional<Rgb8Image> start() {
    return images.stream().filter(SectionImage::isStart).map(SectionImage::image).findFirst();
  }

  /** What is wrong for a video; empty when nothing is. */
  public List<String> faults(int sections, Rgb8Image startImage) {
    List<String> faults = new ArrayList<>(assign(sections).faults());
    for (SectionImage image : images) {
      boolean ofFirst = image.first() == 0 || image.first() == -sections;
      if (ofFirst && !image.image().equals(startImage)) {
        faults.add("section images: section 0 has the start image, give one of the two");
      }
    }
    return faults;
  }

  private SectionAssignment assign(int sections) {
    List<TimelinePart> parts = new ArrayList<>();
    for (SectionImage image : images) {
      parts.add(
          new TimelinePart(
              new SectionSpan.Numbers(image.first(), image.last()),
              "",
              "image " + (parts.size() + 1)));
    }
    return SectionAssignment.of(WHAT, parts, sections, 0);
  }

  /**
   * Which of {@link #images} every section in order of time has; -1 for the start image.
   *
   * @throws IllegalStateException when there are {@link #faults}
   */
  public int[] ofSections(int sections) {
    SectionAssignment assigned = assign(sections);
    if (!assigned.faults().isEmpty()) {
      throw new IllegalStateException("SectionImages: " + String.join("; ", assigned.faults()));
    }
    List<String> places =
        IntStream.rangeClosed(1, images.size()).mapToObj(number -> "image " + number).toList();
    int[] numbers = new int[sections];
    for (int i = 0; i < sections; i++) {
      TimelinePart part = assigned.parts().get(i);
      numbers[i] = part == null || i == 0 ? -1 : places.indexOf(part.place());
    }
    return numbers;
  }
}
