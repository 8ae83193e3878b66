package dev.framepack.bench.reproduce.length;

import dev.framepack.engine.CancelledException;
import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.pipeline.PipelineObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Takes the time of every section of a run that takes turns with others: from packing its history
 * to fading its frames into its neighbour's. The waiting in between is not counted.
 */
final class SectionClock implements PipelineObserver {
  private static final long STOPPED = -1;

  private final SectionTurns turns;
  private final int run;
  private final BooleanSupplier cancelled;
  private final IntConsumer begun;
  private final List<Double> sectionMillis = new ArrayList<>();
  private long beginNanos = STOPPED;

  /**
   * @param run its number among those that take turns
   * @param cancelled asked before every section
   * @param begun told the 0-based number of every section that begins
   */
  SectionClock(SectionTurns turns, int run, BooleanSupplier cancelled, IntConsumer begun) {
    this.turns = turns;
    this.run = run;
    this.cancelled = cancelled;
    this.begun = begun;
  }

  /** Returns when the first turn has come. */
  void begin() {
    turns.await(run);
  }

  /** Takes no more turns. */
  void leave() {
    turns.leave(run);
  }

  /** Ends all runs. */
  void stop(Throwable cause) {
    turns.stop(cause);
  }

  @Override
  public void onSection(SectionPlan plan) {
    end();
    turns.pass();
    turns.await(run);
    if (cancelled.getAsBoolean()) {
      throw new CancelledException(
          "CANCELLED", "cost against length: stopped", "run it again to go on", null);
    }
    begun.accept(plan.section());
    beginNanos = System.nanoTime();
  }

  @Override
  public void onPhase(Phase phase, int section) {
    if (phase == Phase.DONE) {
      end();
    }
  }

  private void end() {
    if (beginNanos != STOPPED) {
      sectionMillis.add((System.nanoTime() - beginNanos) / 1e6);
      beginNanos = STOPPED;
    }
  }

  /** In order of generation. */
  List<Double> sectionMillis() {
    return List.copyOf(sectionMillis);
  }
}
