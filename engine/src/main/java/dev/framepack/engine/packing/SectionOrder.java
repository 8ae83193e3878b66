package dev.framepack.engine.packing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** In which order the sections of a video are made (paper section 3.2; spec section 4). */
public enum SectionOrder {

  /**
   * Last section first, back to the start image, which every section sees: inverted anti-drifting
   * sampling.
   */
  INVERTED {
    @Override
    public List<SectionPlan> plan(int sections, int latentWindow) {
      List<SectionPlan> plans = new ArrayList<>();
      int[] paddings = paddings(sections);
      for (int number = 0; number < sections; number++) {
        int latents = 1 + paddings[number] * latentWindow;
        int history = latents + latentWindow;
        plans.add(
            new SectionPlan(
                number,
                sections,
                paddings[number],
                range(latents, latentWindow),
                new int[] {0, history},
                range(history + SectionPlan.HISTORY_1X, SectionPlan.HISTORY_2X),
                range(
                    history + SectionPlan.HISTORY_1X + SectionPlan.HISTORY_2X,
                    SectionPlan.HISTORY_4X)));
      }
      return List.copyOf(plans);
    }
  },

  /**
   * First section first, each seeing the start image and what came before: FramePack-F1, "vanilla"
   * in diffusers.
   */
  FORWARD {
    @Override
    public List<SectionPlan> plan(int sections, int latentWindow) {
      int history2x = 1 + SectionPlan.HISTORY_4X;
      int history1x = history2x + SectionPlan.HISTORY_2X;
      return IntStream.range(0, sections)
          .mapToObj(number ->
              new SectionPlan(
                  number,
                  sections,
                  0,
                  range(history1x + SectionPlan.HISTORY_1X, latentWindow),
                  new int[] {0, history1x},
                  range(history2x, SectionPlan.HISTORY_2X),
                  range(1, SectionPlan.HISTORY_4X)))
          .toList();
    }
  };

  private static final int UNIFORM_PADDINGS_UP_TO = 4;

  /** The sections of a video in order of generation. */
  public abstract List<SectionPlan> plan(int sections, int latentWindow);

  /**
   * Sections - 1 down to 0; above four sections 3, 2, ..., 2, 1, 0, because larger gaps degrade the
   * far end.
   */
  private static int[] paddings(int sections) {
    int[] paddings = new int[sections];
    for (int i = 0; i < sections; i++) {
      int remaining = sections - 1 - i;
      paddings[i] =
          sections <= UNIFORM_PADDINGS_UP_TO ? remaining : i == 0 ? 3 : Math.min(remaining, 2);
    }
    return paddings;
  }

  private static int[] range(int start, int length) {
    return IntStream.range(start, start + length).toArray();
  }
}
