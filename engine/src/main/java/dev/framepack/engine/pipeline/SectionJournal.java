package dev.framepack.engine.pipeline;

import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.random.TorchRandom;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Remembers what plans have made, so that a run that was cut off makes only the rest. Of a finished
 * plan the window it left and the places of the random generators are all that the plans after it
 * depend on: encoding, decoding, seams and filters follow from these and are done again.
 */
public interface SectionJournal {

  /** Remembers nothing. */
  SectionJournal NONE =
      new SectionJournal() {
        @Override
        public Optional<Entry> find(SectionPlan plan) {
          return Optional.empty();
        }

        @Override
        public void add(SectionPlan plan, Supplier<Entry> entry) {}
      };

  /**
   * What a plan left.
   *
   * @param window {@code [C, W, h, w]}, finished frames first, then what a rolling window has half
   *     denoised
   * @param noise place of the sections' generator after the plan
   * @param historyNoise place of the generator of the history's noise after the plan
   */
  record Entry(LatentVideo window, TorchRandom.State noise, TorchRandom.State historyNoise) {}

  /** What a plan left in an earlier run; empty when it has yet to be made. */
  Optional<Entry> find(SectionPlan plan);

  /** A plan was made; what it left, on demand. What this throws ends the run. */
  void add(SectionPlan plan, Supplier<Entry> entry);
}
