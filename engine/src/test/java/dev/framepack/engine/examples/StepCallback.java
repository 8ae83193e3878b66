package dev.framepack.engine.examples;

import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.GenerationProgress;
import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.image.Rgb8Image;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Told after every step, shown every section, and ends the job when it takes too long. */
public final class StepCallback implements GenerationListener {
  private final Consumer<String> lines;
  private final Instant deadline;

  public StepCallback(Duration limit, Consumer<String> lines) {
    this.deadline = Instant.now().plus(limit);
    this.lines = lines;
  }

  @Override
  public void onProgress(GenerationProgress progress) {
    if (progress.phase() == Phase.DENOISE && progress.step() > 0) {
      lines.accept(
          "section %s of %s, step %s of %s, %s s left"
              .formatted(
                  progress.section() + 1,
                  progress.sections(),
                  progress.step(),
                  progress.steps(),
                  progress.remaining().toSeconds()));
    }
  }

  @Override
  public void onSectionPreview(int section, Rgb8Image preview) {
    lines.accept("section %s looks like %s".formatted(section + 1, preview));
  }

  @Override
  public boolean isCancelled() {
    return Instant.now().isAfter(deadline);
  }
}
