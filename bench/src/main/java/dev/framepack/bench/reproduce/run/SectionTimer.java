package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.GenerationProgress;
import dev.framepack.engine.GenerationProgress.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Takes the time of each section, from its first denoising to the end of its decoding. */
public final class SectionTimer implements GenerationListener {
  private final BooleanSupplier cancelled;
  private final List<Double> sectionMillis = new ArrayList<>();
  private int section = -1;
  private Duration begin = Duration.ZERO;

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
      if (section >= 0) {
        sectionMillis.add(progress.elapsed().minus(begin).toNanos() / 1e6);
      }
      section = begins ? progress.section() : -1;
      begin = progress.elapsed();
    }
  }

  @Override
  public boolean wantsPreviews() {
    return false;
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
