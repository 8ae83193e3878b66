package dev.framepack.engine;

import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.packing.DecodeWindow;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.pipeline.PipelineObserver;
import dev.framepack.engine.pipeline.RgbFrames;
import dev.framepack.engine.trace.JobTrace;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Tensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the pipeline shows into what a listener hears, and a listener's wish to stop into an
 * exception.
 */
final class ProgressReporter implements PipelineObserver {
  private final VideoRequest request;
  private final GenerationListener listener;
  private final Backend backend;
  private final JobTrace trace;
  private final long beginNanos = System.nanoTime();
  private final List<Long> stepNanos = new ArrayList<>();
  private long decodeNanos;
  private int decodedSections;
  private long markNanos = beginNanos;
  private Phase phase = Phase.ENCODE_IMAGE;
  private int section;
  private int step;
  private int evaluations;
  private String remedyOfStopped = "submit the request again to start over";

  /** For a run on paper. */
  ProgressReporter(VideoRequest request, GenerationListener listener, Backend backend) {
    this(request, listener, backend, JobTrace.NONE);
  }

  /**
   * @param listener must not throw
   */
  ProgressReporter(
      VideoRequest request, GenerationListener listener, Backend backend, JobTrace trace) {
    this.request = request;
    this.listener = listener;
    this.evaluations = request.steps();
    this.backend = backend;
    this.trace = trace;
  }

  @Override
  public void onPhase(Phase next, int nextSection) {
    requireNotCancelled();
    if (phase == Phase.DECODE) {
      decodeNanos += System.nanoTime() - markNanos;
    }
    trace.beginPhase(next.name(), nextSection);
    if (next == Phase.DENOISE) {
      trace.beginSection(nextSection);
    }
    phase = next;
    section = nextSection;
    step = next == Phase.DENOISE ? 0 : step;
    markNanos = System.nanoTime();
    report();
  }

  @Override
  public void onEvaluations(int count) {
    evaluations = count;
  }

  @Override
  public void beforeStep(SectionPlan plan, int nextStep) {
    requireNotCancelled();
    trace.beginStep(plan.section(), nextStep);
  }

  @Override
  public void afterStep(SectionPlan plan, int done, Supplier<LatentVideo> state) {
    trace.endStep();
    long now = System.nanoTime();
    stepNanos.add(now - markNanos);
    markNanos = now;
    step = done + 1;
    report();
  }

  @Override
  public void onSectionPixels(DecodeWindow window, Tensor pixels) {
    decodedSections++;
    if (listener.wantsPreviews()) {
      int middle = pixels.shape().size(2) / 2;
      listener.onSectionPreview(
          window.number(),
          RgbFrames.image(backend, pixels, middle, RgbFrames.rounding(request.profile())));
    }
  }

  /** So many plans lie in a checkpoint, from which the job can go on. */
  void onCheckpoint(Path folder, int plans) {
    if (plans > 0) {
      remedyOfStopped = "resume it from " + folder;
    }
    listener.onCheckpoint(folder, plans);
  }

  private void report() {
    long perStep = median();
    long stepsLeft =
        phase == Phase.DONE ? 0 : (long) (request.sections() - section) * evaluations - step;
    long decodesLeft = request.sections() - decodedSections;
    long perDecode = decodedSections == 0 ? 0 : decodeNanos / decodedSections;
    long remaining = perStep == 0 ? 0 : stepsLeft * perStep + decodesLeft * perDecode;
    listener.onProgress(
        new GenerationProgress(
            phase,
            section,
            request.sections(),
            step,
            evaluations,
            Duration.ofNanos(System.nanoTime() - beginNanos),
            Duration.ofNanos(perStep),
            Duration.ofNanos(remaining)));
  }

  private long median() {
    if (stepNanos.isEmpty()) {
      return 0;
    }
    List<Long> sorted = new ArrayList<>(stepNanos);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  private void requireNotCancelled() {
    if (listener.isCancelled()) {
      throw stopped(null);
    }
  }

  /** That the run was cancelled, and where. */
  CancelledException stopped(@Nullable Throwable cause) {
    return new CancelledException(
        "CANCELLED",
        "stopped in section %s of %s at step %s of %s"
            .formatted(section + 1, request.sections(), step, evaluations),
        remedyOfStopped,
        cause);
  }
}
