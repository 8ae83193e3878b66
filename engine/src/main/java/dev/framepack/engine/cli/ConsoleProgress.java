package dev.framepack.engine.cli;

import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.GenerationProgress;
import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.pipeline.StepCounts;
import dev.framepack.engine.video.PreviewWriter;
import dev.framepack.weights.MessageText;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Progress for people: one line redrawn in a terminal, a line per stage and quarter anywhere else.
 */
final class ConsoleProgress implements GenerationListener, AutoCloseable {
  private static final int BAR_CHARACTERS = 24;

  private final PrintWriter err;
  private final @Nullable PreviewWriter previews;
  private final Interruption interruption;
  private final boolean terminal;
  private int drawnCharacters;
  private String lastLine = "";
  private volatile @Nullable Path checkpoint;

  ConsoleProgress(PrintWriter err, @Nullable PreviewWriter previews, Interruption interruption) {
    this.err = err;
    this.previews = previews;
    this.interruption = interruption;
    Console console = System.console();
    this.terminal = console != null && console.isTerminal();
  }

  void begin(String backend, ImageSize size, VideoRequest request) {
    err.printf(
        Locale.ROOT,
        "%s%n%s frames of %sx%s in %s section%s, %s steps each, %s, seed %s%n",
        backend,
        request.outputFrames(),
        size.width(),
        size.height(),
        request.sections(),
        request.sections() == 1 ? "" : "s",
        request.steps(),
        request.sampler().id(),
        request.seed());
  }

  @Override
  public void onProgress(GenerationProgress progress) {
    String line = line(progress);
    if (terminal) {
      err.print("\r" + line + " ".repeat(Math.max(0, drawnCharacters - line.length())));
      err.flush();
      drawnCharacters = line.length();
    } else if (isMilestone(progress) && !line.equals(lastLine)) {
      err.println(line);
      lastLine = line;
    }
  }

  private static boolean isMilestone(GenerationProgress progress) {
    int quarter = Math.max(1, progress.steps() / 4);
    return progress.phase() == Phase.DENOISE
        ? progress.step() > 0
            && (progress.step() % quarter == 0 || progress.step() == progress.steps())
        : progress.phase() != Phase.DONE;
  }

  private static String line(GenerationProgress p) {
    return switch (p.phase()) {
      case QUEUED -> "waiting";
      case ENCODE_IMAGE -> "encoding the image";
      case ENCODE_PROMPT -> "encoding the prompt";
      case DENOISE -> denoising(p);
      case DECODE -> "section %s/%s: decoding".formatted(p.section() + 1, p.sections());
      case DONE -> "done in " + seconds(p.elapsed());
    };
  }

  private static String denoising(GenerationProgress p) {
    int filled = Math.min(BAR_CHARACTERS, BAR_CHARACTERS * p.step() / p.steps());
    return "section %s/%s [%s%s] step %s/%s, %s/step, %s left"
        .formatted(
            p.section() + 1,
            p.sections(),
            "#".repeat(filled),
            "-".repeat(BAR_CHARACTERS - filled),
            p.step(),
            p.steps(),
            p.perStep().isZero() ? "?" : seconds(p.perStep()),
            p.perStep().isZero() ? "?" : seconds(p.remaining()));
  }

  private static String seconds(Duration duration) {
    long whole = duration.toSeconds();
    if (whole >= 120) {
      return String.format(Locale.ROOT, "%s:%02d min", whole / 60, whole % 60);
    }
    if (duration.isZero()) {
      return "0 s";
    }
    double milliseconds = duration.toNanos() / 1e6;
    return milliseconds < 100
        ? String.format(Locale.ROOT, "%.1f ms", milliseconds)
        : String.format(Locale.ROOT, "%.2f s", milliseconds / 1000);
  }

  @Override
  public void onSectionPreview(int section, Rgb8Image preview) {
    if (previews != null) {
      previews.write(section, List.of(preview));
    }
  }

  @Override
  public void onCheckpoint(Path folder, int plans) {
    if (plans > 0) {
      checkpoint = folder;
    }
  }

  /** From where the job can be resumed, if anything of it was finished. */
  Optional<Path> checkpoint() {
    return Optional.ofNullable(checkpoint);
  }

  @Override
  public boolean isCancelled() {
    return interruption.isRequested();
  }

  void writing(String output) {
    close();
    err.println("writing " + MessageText.escape(output));
  }

  /** Ends the line that is being redrawn, so that what follows has its own. */
  @Override
  public void close() {
    if (drawnCharacters > 0) {
      err.println();
      drawnCharacters = 0;
    }
  }

  void end(VideoResult result, String output) {
    err.printf(
        Locale.ROOT,
        "%s: %s frames, %s of generation, peak %s MB beside %s MB of weights%n",
        MessageText.escape(output),
        result.frameCount(),
        seconds(result.elapsed()),
        Math.ceilDiv(
            Math.max(result.report().denoiseBytes(), result.report().decodeBytes())
                + result.report().workspaceBytes(),
            1_000_000),
        Math.ceilDiv(result.report().weightBytes(), 1_000_000));
    cache(result);
  }

  private void cache(VideoResult result) {
    StepCounts steps = result.report().steps();
    if (!result.request().stepCache().isNone()) {
      err.printf(
          Locale.ROOT,
          "step cache %s: %s of %s passes left out%n",
          result.request().stepCache().text(),
          steps.skipped(),
          steps.passes());
    }
    if (!steps.magnitudeRatios().isEmpty()) {
      err.println(
          "magcache ratios, to be given as --step-cache magcache:0.1,2,0.25@"
              + steps.magnitudeRatios().stream()
                  .map(ratio -> String.format(Locale.ROOT, "%.5f", ratio))
                  .collect(Collectors.joining("/")));
    }
  }
}
