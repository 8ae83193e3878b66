package dev.framepack.engine.pipeline;

import java.util.ArrayList;
import java.util.List;

/** Counts a run's passes of the network and those whose blocks a step cache left out. */
final class StepTally {
  private int passes;
  private int skipped;
  private final List<Double> ratioSums = new ArrayList<>();
  private final List<Integer> ratioCounts = new ArrayList<>();

  void count(boolean computed) {
    passes++;
    skipped += computed ? 0 : 1;
  }

  /** Takes in how the residual's magnitude changed at a step. */
  void ratio(int step, double value) {
    while (ratioSums.size() <= step) {
      ratioSums.add(0.0);
      ratioCounts.add(0);
    }
    ratioSums.set(step, ratioSums.get(step) + value);
    ratioCounts.set(step, ratioCounts.get(step) + 1);
  }

  StepCounts counts() {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ratioSums.size(); i++) {
      ratios.add(ratioCounts.get(i) == 0 ? 1.0 : ratioSums.get(i) / ratioCounts.get(i));
    }
    return new StepCounts(passes, skipped, ratios);
  }
}
