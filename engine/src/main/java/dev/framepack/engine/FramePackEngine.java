package dev.framepack.engine;

import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.job.JobQueue;
import dev.framepack.engine.job.QueuedGeneration;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.pipeline.ClipEncoder;
import dev.framepack.engine.pipeline.FramePackPipeline;
import dev.framepack.engine.pipeline.FrameStitcher;
import dev.framepack.engine.pipeline.PipelineObserver;
import dev.framepack.engine.pipeline.RgbFrames;
import dev.framepack.engine.pipeline.RunReport;
import dev.framepack.engine.trace.JobTrace;
import dev.framepack.engine.video.FrameStore;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.StoppedException;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.weights.ModelVariant;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A loaded checkpoint that makes videos. Thread-safe: jobs from any thread are computed one after
 * the other, first come first served, on one thread of the engine, and do not influence each other.
 */
public final class FramePackEngine implements AutoCloseable {
  private static final Logger LOG = System.getLogger(FramePackEngine.class.getName());

  private final EngineConfig config;
  private final LoadedModel model;
  private final JobQueue jobs;
  private final Set<Sampling> samplingsSeen = new HashSet<>();

  /** Held by those who read the model beside the jobs; closing waits for them. */
  private final ReadWriteLock modelInUse = new ReentrantReadWriteLock();

  /**
   * @param backend opens what runs the operations
   */
  FramePackEngine(EngineConfig config, Supplier<Backend> backend) {
    this.config = config;
    this.model = LoadedModel.open(config, backend);
    this.jobs = new JobQueue(config.queueLimit(), this::free);
    jobs.start();
  }

  /** After the last job, on the engine's thread. */
  private void free() {
    modelInUse.writeLock().lock();
    try {
      model.close();
    } finally {
      modelInUse.writeLock().unlock();
    }
  }

  /**
   * What a request will take, before any work and without waiting for jobs. On a device a request
   * that does not fit is refused with these figures.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public GenerationPlan plan(VideoRequest request) {
    modelInUse.readLock().lock();
    try {
      jobs.requireOpen();
      return EngineFailures.translated(() -> "planning", () -> model.plan(request));
    } finally {
      modelInUse.readLock().unlock();
    }
  }

  /** Does work of a job; a fault that lost the device is the end of the engine. */
  private <T> T translated(Supplier<String> during, Supplier<T> work) {
    try {
      return EngineFailures.translated(during, work);
    } catch (DeviceFaultException e) {
      if (DeviceFailures.isFinal(e)) {
        jobs.die(e);
      }
      throw e;
    }
  }

  /** What runs the operations, by its name. */
  public String backendName() {
    return model.backend().name();
  }

  /** What runs the operations, for people. */
  public String backendDescription() {
    return backendName() + ": " + model.backend().description();
  }

  /**
   * SHA-256 of every weight file, by component, and of every LoRA file, {@code
   * lora/NUMBER/NAME:STRENGTH}.
   */
  public Map<String, String> modelHashes() {
    return model.identity().sha256ByFile();
  }

  /** Bytes of all weights. */
  public long weightBytes() {
    return model.parts().weightBytes();
  }

  /** The size a request's video will have, pixels. */
  public ImageSize outputSize(VideoRequest request) {
    return FramePackPipeline.outputSize(request);
  }

  /**
   * Appends a video to the queue; returns at once.
   *
   * @throws QueueFullException when as many jobs wait as may
   * @throws EngineDeadException when an earlier fault lost the device
   * @throws IllegalStateException after {@link #close}
   */
  public GenerationJob submit(VideoRequest request, JobOptions options) {
    return enqueue(request, options);
  }

  private QueuedGeneration enqueue(VideoRequest request, JobOptions options) {
    return enqueue(request, options, () -> checkpoints().begin(options, request));
  }

  /**
   * Appends the rest of a video that was cut off; returns at once. The video will be bit for bit
   * the one it would have been: the job goes on at the section that was in work, and what was
   * finished is decoded again from its latents.
   *
   * @param folder of the job, in the {@link JobOptions#checkpoints} it was submitted with
   * @param options its id, listener and frame directory are the new ones; its checkpoints stay
   *     where they are
   * @throws CheckpointException when the checkpoint is missing or damaged; the job fails with one
   *     that is in use, or was made with another model, version, backend, device or precision,
   *     naming what differs
   * @throws QueueFullException when as many jobs wait as may
   * @throws EngineDeadException when an earlier fault lost the device
   * @throws IllegalStateException after {@link #close}
   */
  public GenerationJob submitResume(Path folder, JobOptions options) {
    return enqueueResume(folder, options);
  }

  private QueuedGeneration enqueueResume(Path folder, JobOptions options) {
    VideoRequest request = StoppedJob.read(folder).request();
    return enqueue(request, options, () -> checkpoints().resume(options, folder, request));
  }

  private EngineCheckpoints checkpoints() {
    return new EngineCheckpoints(config, model.identity(), model.parts());
  }

  private QueuedGeneration enqueue(
      VideoRequest request, JobOptions options, Supplier<RunCheckpoint> checkpoint) {
    LOG.log(
        Level.DEBUG,
        () ->
            "job %s: submitted, %s sections of %s steps, prompt '%s'"
                .formatted(
                    options.id(),
                    request.sections(),
                    request.steps(),
                    FramePackException.escape(request.prompt())));
    return QueuedGeneration.submit(
        jobs, request, options, listener -> run(request, options, listener, checkpoint));
  }

  /**
   * Makes a video: submits it, waits until it is whole and the listener has heard everything. When
   * the waiting thread is interrupted, the job is cancelled and the interrupt still set.
   *
   * @throws CancelledException when the listener asked for it, the thread was interrupted or the
   *     engine closed
   * @throws QueueFullException when as many jobs wait as may
   * @throws EngineDeadException when an earlier fault lost the device
   * @throws OutOfDeviceMemoryException when the request does not fit, before any work
   * @throws OutputException when a checkpoint cannot be written; what it held before stays
   * @throws FramePackException when the run fails
   * @throws IllegalStateException after {@link #close}, and on the engine's own thread
   */
  public VideoResult generate(VideoRequest request, JobOptions options) {
    jobs.requireOtherThread();
    return enqueue(request, options).awaitOrCancel();
  }

  /**
   * As {@link #generate(VideoRequest, JobOptions)}.
   *
   * @param frameDirectory where finished frames wait in a temporary file; null for the system's
   *     temporary folder
   */
  public VideoResult generate(
      VideoRequest request, GenerationListener listener, @Nullable Path frameDirectory) {
    return generate(
        request, JobOptions.builder().listener(listener).frameDirectory(frameDirectory).build());
  }

  /**
   * As {@link #generate(VideoRequest, JobOptions)}, with frames in the system's temporary folder.
   */
  public VideoResult generate(VideoRequest request, GenerationListener listener) {
    return generate(request, listener, null);
  }

  /**
   * Makes the rest of a video that was cut off, as {@link #submitResume} and {@link
   * #generate(VideoRequest, JobOptions)} do.
   *
   * @throws CheckpointException when the checkpoint is missing, damaged or in use, or was made with
   *     another model, version, backend, device or precision, naming what differs
   */
  public VideoResult resume(Path folder, JobOptions options) {
    jobs.requireOtherThread();
    return enqueueResume(folder, options).awaitOrCancel();
  }

  private VideoResult run(
      VideoRequest request,
      JobOptions options,
      GenerationListener listener,
      Supplier<RunCheckpoint> checkpoint) {
    ImageSize size = outputSize(request);
    try {
      return translated(
          () -> "generating %sx%s".formatted(size.width(), size.height()),
          () -> {
            warnIfTrainedForAnother(request.sampling());
            if (model.backend().deviceBytes().isPresent()) {
              model.forecast(request).requireFit();
            }
            return checkpoint.get().during(begun -> run(request, size, options, listener, begun));
          });
    } catch (FramePackException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw new InternalException(
          "INTERNAL", String.valueOf(e), "please report it with its stack trace", e);
    }
  }

  private VideoResult run(
      VideoRequest request,
      ImageSize size,
      JobOptions options,
      GenerationListener listener,
      RunCheckpoint checkpoint) {
    long begin = System.nanoTime();
    JobTrace trace = new JobTrace(options.id());
    ProgressReporter reporter = new ProgressReporter(request, listener, model.backend(), trace);
    FrameStore frames = new FrameStore(size.width(), size.height(), options.frameDirectory());
    try {
      ResultFrames result = new ResultFrames(request, frames);
      RunReport report =
          new FramePackPipeline(model.parts())
              .run(
                  request,
                  reporter,
                  (start, finished) -> result.put(start, pictures(request, finished)),
                  checkpoint.journal(reporter));
      return new VideoResult(
          request,
          frames,
          size,
          Duration.ofNanos(System.nanoTime() - begin),
          report,
          RequestMetadata.of(request, size, model.identity(), model.parts(), backendDescription()),
          checkpoint);
    } catch (StoppedException e) {
      frames.close();
      throw reporter.stopped(e);
    } catch (RuntimeException | Error e) {
      frames.close();
      throw e;
    } finally {
      trace.end();
    }
  }

  private List<Rgb8Image> pictures(VideoRequest request, Tensor finished) {
    return RgbFrames.images(model.backend(), finished, RgbFrames.rounding(request.profile()));
  }

  /** The tensors do not tell which order a transformer was trained for; its name may. */
  private void warnIfTrainedForAnother(Sampling sampling) {
    if (!samplingsSeen.add(sampling)) {
      return;
    }
    trainedFor(sampling)
        .ifPresent(variant ->
            variant.warnIfContradicted(
                config.folders().transformer(),
                model.parts().transformer().model().config().nameOrPath()));
  }

  /** The released checkpoint of a sampling, if there is one. */
  private static Optional<ModelVariant> trainedFor(Sampling sampling) {
    return switch (sampling.id()) {
      case "inverted" -> Optional.of(ModelVariant.INVERTED);
      case "f1" -> Optional.of(ModelVariant.F1);
      default -> Optional.empty();
    };
  }

  /**
   * The latents of a clip, as sections see them: to fit codebooks and to compare with.
   *
   * @param frames 4 n + 1 of one size, sides multiples of 16
   * @return {@code [C, n + 1, height / 8, width / 8]}
   * @throws InvalidRequestException {@code CLIP} for frames that are no clip
   */
  public LatentVideo encode(List<Rgb8Image> frames) {
    return jobs.call(
        "encode",
        () ->
            translated(
                () -> "encoding %s frames".formatted(frames.size()),
                () -> new ClipEncoder(model.parts()).encode(frames)));
  }

  /**
   * Runs a request at full precision, every inner result shown to an observer: for checks against
   * reference outputs.
   *
   * @param observer called on the engine's thread; what it throws ends the run
   * @param frames takes every finished frame once, in this engine's memory, around -1..1
   */
  public RunReport observe(
      VideoRequest request, PipelineObserver observer, FrameStitcher.FrameConsumer frames) {
    return jobs.call(
        "observe",
        () ->
            translated(
                () -> "observing a run",
                () -> new FramePackPipeline(model.parts()).run(request, observer, frames)));
  }

  /** Whether jobs are taken, and what is being done. */
  public EngineHealth health() {
    return jobs.health();
  }

  /** Off-heap memory held now, and the most that was; nothing is held after {@link #close}. */
  public MemoryReport memory() {
    return MemoryReport.of(model.backend().memoryUse());
  }

  /** The configuration it was opened with. */
  public EngineConfig config() {
    return config;
  }

  /**
   * Cancels all jobs, waits until the running one has stopped, at most {@link
   * EngineConfig#closeTimeout}, and frees everything. Memory is never freed under a running job:
   * one that has not stopped by then is left to stop, and frees it then. An interrupt does not
   * shorten the wait and stays set. Idempotent; from a callback on the engine's own thread it does
   * not wait.
   */
  @Override
  public void close() {
    jobs.close(config.closeTimeout());
  }
}
