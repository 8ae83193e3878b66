package dev.framepack.engine.timeline;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.ContextPart;
import dev.framepack.engine.packing.DecodeWindow;
import dev.framepack.engine.packing.PatchKernel;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.packing.SectionSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One latent frame at a chosen index in place of a video (musubi-tuner's one-frame inference): the
 * network sees control images at full resolution, each at an index of its own, and zeros where a
 * video would have its later frames.
 *
 * @param target index of the frame; empty for the latent window
 * @param controlIndices of the control images; empty for 0
 * @param controls what is seen; empty for the start image
 * @param seesPost whether there is a frame of zeros right after the window
 * @param sees2x whether there are two frames of zeros at 2x after it
 * @param sees4x whether there are sixteen frames of zeros at 4x after those
 */
public record OneFrame(
    OptionalInt target,
    List<Integer> controlIndices,
    List<Rgb8Image> controls,
    boolean seesPost,
    boolean sees2x,
    boolean sees4x) {
  private static final int MAX_INDEX = 1000;
  private static final int FRAMES_2X = 2;
  private static final int FRAMES_4X = 16;

  public OneFrame {
    controlIndices = List.copyOf(controlIndices);
    controls = List.copyOf(controls);
  }

  /**
   * Reads {@code target_index=9,control_index=0;10,no_2x,no_4x,no_post}, any of them, or {@code
   * default}.
   *
   * @param controls the control images
   * @throws InvalidRequestException {@code ONE_FRAME}, naming the word
   */
  public static OneFrame parse(String text, List<Rgb8Image> controls) {
    OptionalInt target = OptionalInt.empty();
    List<Integer> indices = new ArrayList<>();
    boolean post = true;
    boolean at2x = true;
    boolean at4x = true;
    for (String word : text.split(",", -1)) {
      int equals = word.indexOf('=');
      String name = word.substring(0, equals < 0 ? word.length() : equals).strip();
      String value = word.substring(equals + 1).strip();
      switch (equals < 0 ? name : name + "=") {
        case "default" -> {}
        case "no_post" -> post = false;
        case "no_2x" -> at2x = false;
        case "no_4x" -> at4x = false;
        case "target_index=" -> target = OptionalInt.of(index(name, value));
        case "control_index=" ->
            Arrays.stream(value.split(";", -1)).forEach(part -> indices.add(index(name, part)));
        default ->
            throw invalid(
                "expected default, target_index, control_index, no_2x, no_4x or no_post, found "
                    + word.strip());
      }
    }
    return new OneFrame(target, indices, controls, post, at2x, at4x);
  }

  private static int index(String name, String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw invalid("%s: expected a whole number, found %s".formatted(name, text));
    }
  }

  private static InvalidRequestException invalid(String message) {
    return new InvalidRequestException(
        "ONE_FRAME", "one frame: " + message, "write target_index=9,control_index=0", null);
  }

  /** What {@link #parse} reads. */
  public String text() {
    List<String> words = new ArrayList<>();
    target.ifPresent(index -> words.add("target_index=" + index));
    if (!controlIndices.isEmpty()) {
      words.add(
          "control_index="
              + controlIndices.stream().map(String::valueOf).collect(Collectors.joining(";")));
    }
    addIf(words, !sees2x, "no_2x");
    addIf(words, !sees4x, "no_4x");
    addIf(words, !seesPost, "no_post");
    return words.isEmpty() ? "default" : String.join(",", words);
  }

  private static void addIf(List<String> words, boolean holds, String word) {
    if (holds) {
      words.add(word);
    }
  }

  /** What is wrong with the indices; empty when nothing is. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    IntStream.concat(target.stream(), controlIndices.stream().mapToInt(Integer::intValue))
        .filter(index -> index < 0 || index > MAX_INDEX)
        .forEach(index ->
            faults.add("one frame: indices must be 0 to %s, found %s".formatted(MAX_INDEX, index)));
    int seen = Math.max(1, controls.size());
    if (!controlIndices.isEmpty() && controlIndices.size() != seen) {
      faults.add(
          "one frame: expected an index for each of %s control images, found %s"
              .formatted(seen, controlIndices.size()));
    }
    return faults;
  }

  /**
   * The plan of the one frame.
   *
   * @param latentWindow of a video, from which the indices of what follows count
   */
  public SectionSchedule schedule(int latentWindow) {
    List<ContextPart> context = new ArrayList<>();
    int post = latentWindow + 1;
    if (sees4x) {
      context.add(blank(PatchKernel.cube(4), post + 1 + FRAMES_2X, FRAMES_4X));
    }
    if (sees2x) {
      context.add(blank(PatchKernel.cube(2), post + 1, FRAMES_2X));
    }
    List<Integer> frames = new ArrayList<>();
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < Math.max(1, controls.size()); i++) {
      frames.add(controls.isEmpty() ? 0 : SectionPlan.picture(i));
      indices.add(controlIndices.isEmpty() ? 0 : controlIndices.get(i));
    }
    if (seesPost) {
      frames.add(SectionPlan.BLANK);
      indices.add(post);
    }
    context.add(
        new ContextPart(ContextPart.Form.FRAMES, PatchKernel.FULL, array(frames), array(indices)));
    SectionPlan plan =
        new SectionPlan(
            0,
            1,
            0,
            0,
            1,
            1,
            new int[] {target.orElse(latentWindow)},
            context,
            List.of(new DecodeWindow(0, 1, 1, 1)));
    return new SectionSchedule(List.of(plan), SectionSchedule.Direction.FIRST_TO_LAST, 1, 1, 1);
  }

  private static ContextPart blank(PatchKernel kernel, int first, int count) {
    int[] frames = new int[count];
    Arrays.fill(frames, SectionPlan.BLANK);
    return new ContextPart(
        ContextPart.Form.FRAMES, kernel, frames, IntStream.range(first, first + count).toArray());
  }

  private static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
