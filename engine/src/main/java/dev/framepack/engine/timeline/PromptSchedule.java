package dev.framepack.engine.timeline;

import dev.framepack.engine.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which prompt holds for which section: one for all, or several in one of the two syntaxes that
 * FramePack's users know.
 *
 * <ul>
 *   <li>{@code 0:text;;;1-3:text;;;-1:text} (musubi-tuner): sections in order of time counted from
 *       0, ranges, negative ones from the end;
 *   <li>{@code [0s-2s: text] [2s: text]} (FramePack-Studio): times, snapped to the nearest boundary
 *       of sections; without an end, to the next one's beginning.
 * </ul>
 *
 * In both, text without a section or time holds wherever nothing else is said. Immutable; equal
 * when written equally.
 */
public final class PromptSchedule {
  /** Most sections a change of prompt can be spread over. */
  public static final int MAX_BLEND_SECTIONS = 1000;

  private static final String WHAT = "prompt";
  private static final String CODE = "PROMPT_SCHEDULE";

  private final String text;
  private final boolean plain;
  private final int blendSections;
  private final List<TimelinePart> parts;

  private PromptSchedule(String text, boolean plain, int blendSections, List<TimelinePart> parts) {
    this.text = text;
    this.plain = plain;
    this.blendSections = blendSections;
    this.parts = parts;
  }

  /** One prompt for all sections, whatever it looks like. */
  public static PromptSchedule of(String prompt) {
    return new PromptSchedule(
        prompt,
        true,
        0,
        List.of(new TimelinePart(new SectionSpan.Elsewhere(), prompt, "character 1")));
  }

  /**
   * Reads either syntax; text that has neither {@code ;;;} nor a time stamp is one prompt for all.
   *
   * @throws InvalidRequestException {@code PROMPT_SCHEDULE}, naming all faults, each at its
   *     character
   */
  public static PromptSchedule parse(String text) {
    return TimelineParser.recognises(text)
        ? new PromptSchedule(text, false, 0, TimelineParser.parse(WHAT, CODE, text))
        : of(text);
  }

  /**
   * With changes of prompt spread over some sections: the j-th section after a change, 1 the first,
   * has {@code 1 - j/n} of the embeddings before it and {@code j/n} of its own.
   *
   * @param sections n; 0 and 1 change at once
   */
  public PromptSchedule withBlend(int sections) {
    return new PromptSchedule(text, plain, sections, parts);
  }

  /** As written. */
  public String text() {
    return text;
  }

  /** Whether one prompt holds for all sections and {@link #text} is that prompt. */
  public boolean isPlain() {
    return plain;
  }

  /** Sections a change of prompt is spread over. */
  public int blendSections() {
    return blendSections;
  }

  /** Every prompt, in order of the text. */
  public List<String> prompts() {
    return parts.stream().map(TimelinePart::value).toList();
  }

  /**
   * What is wrong for a video; empty when nothing is.
   *
   * @param secondsPerSection of the video
   */
  public List<String> faults(int sections, double secondsPerSection) {
    List<String> faults = new ArrayList<>();
    if (blendSections < 0 || blendSections > MAX_BLEND_SECTIONS) {
      faults.add(
          "blend sections must be 0 to %s, found %s".formatted(MAX_BLEND_SECTIONS, blendSections));
    }
    if (plain && blendSections != 0) {
      faults.add("blend sections spread changes of prompt, there is one prompt for all sections");
    }
    SectionAssignment assigned = SectionAssignment.of(WHAT, parts, sections, secondsPerSection);
    faults.addAll(assigned.faults());
    if (assigned.faults().isEmpty()) {
      faults.addAll(
          assigned.gaps(WHAT, "name it or add text without a section, which holds elsewhere"));
    }
    return faults;
  }

  /**
   * The prompts of every section in order of time.
   *
   * @param secondsPerSection of the video
   * @throws IllegalStateException when there are {@link #faults}
   */
  public List<PromptMix> mixes(int sections, double secondsPerSection) {
    List<String> faults = faults(sections, secondsPerSection);
    if (!faults.isEmpty()) {
      throw new IllegalStateException("PromptSchedule: " + String.join("; ", faults));
    }
    List<PromptMix> mixes = new ArrayList<>();
    String before = null;
    String current = null;
    int sinceChange = 0;
    for (TimelinePart part :
        SectionAssignment.of(WHAT, parts, sections, secondsPerSection).parts()) {
      String prompt = Objects.requireNonNull(part).value();
      if (!prompt.equals(current)) {
        before = current;
        current = prompt;
        sinceChange = 0;
      }
      sinceChange++;
      mixes.add(
          before != null && sinceChange < blendSections
              ? new PromptMix(prompt, before, (double) sinceChange / blendSections)
              : PromptMix.of(prompt));
    }
    return mixes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PromptSchedule that
        && text.equals(that.text)
        && plain == that.plain
        && blendSections == that.blendSections;
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, plain, blendSections);
  }

  @Override
  public String toString() {
    return text;
  }
}
