package dev.framepack.engine.job;

import dev.framepack.engine.GenerationJob;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.GenerationProgress;
import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.JobOptions;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.image.Rgb8Image;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A generation in a {@link JobQueue}: keeps the latest news and passes them on to its listener. */
public final class QueuedGeneration implements GenerationJob {
  private final JobQueue queue;
  private final VideoRequest request;
  private final GenerationListener listener;
  private final Job<VideoResult> job;
  private final ListenerCalls calls;
  private final CompletableFuture<VideoResult> completion = new CompletableFuture<>();
  private volatile GenerationProgress progress;
  private volatile @Nullable Rgb8Image preview;

  private QueuedGeneration(
      JobQueue queue,
      VideoRequest request,
      JobOptions options,
      Function<GenerationListener, VideoResult> work) {
    this.queue = queue;
    this.request = request;
    this.listener = options.listener();
    this.job = new Job<>(options.id(), () -> work.apply(new News()), VideoResult::close);
    this.calls = new ListenerCalls(options.id(), queue.callbacks());
    this.progress =
        new GenerationProgress(
            Phase.QUEUED,
            0,
            request.sections(),
            0,
            request.steps(),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO);
    job.outcome().whenCompleteAsync(this::tellEnd, queue.callbacks());
  }

  /**
   * Appends a generation to a queue.
   *
   * @param work makes the video on the queue's thread, and tells what it is given how it gets on
   */
  public static QueuedGeneration submit(
      JobQueue queue,
      VideoRequest request,
      JobOptions options,
      Function<GenerationListener, VideoResult> work) {
    QueuedGeneration generation = new QueuedGeneration(queue, request, options, work);
    queue.add(generation.job);
    return generation;
  }

  /** What the work tells, on the queue's thread. */
  private final class News implements GenerationListener {
    @Override
    public void onProgress(GenerationProgress latest) {
      progress = latest;
      if (listener != NONE) {
        calls.add(() -> listener.onProgress(latest));
      }
    }

    @Override
    public boolean wantsPreviews() {
      boolean[] wants = {false};
      ListenerCalls.safely(id(), () -> wants[0] = listener.wantsPreviews());
      return wants[0];
    }

    @Override
    public void onSectionPreview(int section, Rgb8Image latest) {
      preview = latest;
      calls.addDroppable(() -> listener.onSectionPreview(section, latest));
    }

    @Override
    public void onCheckpoint(Path folder, int plans) {
      calls.add(() -> listener.onCheckpoint(folder, plans));
    }

    @Override
    public boolean isCancelled() {
      boolean[] cancelled = {job.isStopRequested()};
      ListenerCalls.safely(id(), () -> cancelled[0] |= listener.isCancelled());
      return cancelled[0];
    }
  }

  private void tellEnd(@Nullable VideoResult result, @Nullable Throwable failure) {
    if (failure == null) {
      completion.complete(result);
    } else {
      completion.completeExceptionally(failure);
    }
  }

  @Override
  public String id() {
    return job.id();
  }

  @Override
  public VideoRequest request() {
    return request;
  }

  @Override
  public State state() {
    return job.state();
  }

  @Override
  public GenerationProgress progress() {
    return progress;
  }

  @Override
  public Optional<Rgb8Image> preview() {
    return Optional.ofNullable(preview);
  }

  @Override
  public boolean cancel() {
    return queue.cancel(job);
  }

  @Override
  public VideoResult await() throws InterruptedException {
    queue.requireOtherThread();
    return Outcome.await(job);
  }

  @Override
  public Optional<VideoResult> await(Duration atMost) throws InterruptedException {
    queue.requireOtherThread();
    return Outcome.await(job, atMost);
  }

  @Override
  public CompletionStage<VideoResult> completion() {
    return completion;
  }

  /**
   * Waits for the end, and until the listener has heard everything. An interrupt cancels the job.
   * Not for the queue's own thread, see {@link JobQueue#requireOtherThread}.
   */
  public VideoResult awaitOrCancel() {
    try {
      return Outcome.awaitOrCancel(queue, job);
    } finally {
      awaitDelivered();
    }
  }

  private void awaitDelivered() {
    try {
      calls.awaitDelivered();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
