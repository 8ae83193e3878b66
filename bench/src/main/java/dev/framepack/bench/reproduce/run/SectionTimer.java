package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.GenerationProgress;
import dev.framepack.engine.GenerationProgress.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Takes the time of each section, from its first denoising to the end of its decoding. */
public final class SectionTimer implements GenerationListener {
  private final BooleanSupplier cancelled;
  private final List<Double> sectionMillis = new ArrayList<>();
  private int section = -1;
  private long beginNanos;

  /**
   * @param cancelled asked between steps
   */
  public SectionTimer(BooleanSupplier cancelled) {
    this.cancelled = cancelled;
  }

  @Override
  public void onProgress(GenerationProgress progress) {
    boolean begins = progress.phase() == Phase.DENOISE && progress.section() != section;
    if (begins || progress.phase() == Phase.DONE) {
      long now = System.nanoTime();
      if (section >= 0) {
        sectionMillis.add((now - beginNanos) / 1e6);
      }
      section = begins ? progress.section() : -1;
      beginNanos = now;
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled.getAsBoolean();
  }

  /** In order of generation. */
  public List<Double> sectionMillis() {
    return List.copyOf(sectionMillis);
  }
}
