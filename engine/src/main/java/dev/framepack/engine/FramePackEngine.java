package dev.framepack.engine;

import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.pipeline.ClipEncoder;
import dev.framepack.engine.pipeline.FramePackPipeline;
import dev.framepack.engine.pipeline.FrameStitcher;
import dev.framepack.engine.pipeline.ModelParts;
import dev.framepack.engine.pipeline.ModelSet;
import dev.framepack.engine.pipeline.PipelineObserver;
import dev.framepack.engine.pipeline.RgbFrames;
import dev.framepack.engine.pipeline.RunReport;
import dev.framepack.engine.video.FrameStore;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.weights.ModelVariant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A loaded checkpoint that makes videos. Thread-safe: calls from several threads run one after the
 * other, first come first served, and do not influence each other. Closing waits for a running
 * generation.
 */
public final class FramePackEngine implements AutoCloseable {
  private final EngineConfig config;
  private final Backend backend;
  private final ModelSet models;
  private final MemoryPlanner planner;
  private final ModelParts parts;
  private final ModelIdentity identity;
  private final ReentrantLock running = new ReentrantLock(true);
  private final Set<Sampling> samplingsSeen = new HashSet<>();
  private boolean closed;

  /** The failure that lost the device. */
  private @Nullable RuntimeException death;

  FramePackEngine(EngineConfig config) {
    this.config = config;
    this.backend = open(config);
    try {
      this.models = models(config, backend);
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
    try {
      this.identity = ModelIdentity.of(config);
      this.planner = MemoryPlanner.of(models, backend, config);
      this.parts = ModelParts.load(models, backend, planner.placement());
    } catch (OutOfMemoryError e) {
      closeModels();
      throw outOfMemory("loading the model", e);
    } catch (KernelException e) {
      closeModels();
      throw DeviceFailures.translate(e);
    } catch (RuntimeException | Error e) {
      closeModels();
      throw e;
    }
  }

  private void closeModels() {
    models.close();
    backend.close();
  }

  /** What a request would take, without the weights loaded; see {@link #plan}. */
  static MemoryForecast plan(EngineConfig config, VideoRequest request) {
    try (Backend backend = open(config);
        ModelSet models = models(config, backend)) {
      MemoryPlanner planner = MemoryPlanner.of(models, backend, config);
      return planner.forecast(request, planner.placement());
    }
  }

  /**
   * What a request will take of memory, before any work. On a device a request that does not fit is
   * refused by {@link #generate(VideoRequest, GenerationListener)} with these figures.
   */
  public MemoryForecast plan(VideoRequest request) {
    running.lock();
    try {
      requireOpen();
      return planner.forecast(request, parts.placement());
    } finally {
      running.unlock();
    }
  }

  private static Backend open(EngineConfig config) {
    try {
      return config.backend().open(config.threads(), config.device());
    } catch (KernelException e) {
      throw DeviceFailures.translate(e);
    }
  }

  private static ModelSet models(EngineConfig config, Backend backend) {
    return new ModelSet(config.folders(), config.loras(), config.precision(), backend);
  }

  /** What a failed kernel means to the caller; a lost device ends this engine. */
  private RuntimeException failure(KernelException e) {
    RuntimeException failure = DeviceFailures.translate(e);
    if (DeviceFailures.isFinal(e)) {
      death = failure;
    }
    return failure;
  }

  private static OutOfHostMemoryException outOfMemory(String during, OutOfMemoryError cause) {
    return new OutOfHostMemoryException(
        "HOST_MEMORY",
        during + ": the memory of this machine or the Java heap is used up: " + cause.getMessage(),
        "choose a smaller size or latent window, vae tiling, or a larger heap (-Xmx)",
        cause);
  }

  /** What runs the operations, by its name. */
  public String backendName() {
    return backend.name();
  }

  /** What runs the operations, for people. */
  public String backendDescription() {
    return backendName() + ": " + backend.description();
  }

  /**
   * SHA-256 of every weight file, by component, and of every LoRA file, {@code
   * lora/NUMBER/NAME:STRENGTH}.
   */
  public Map<String, String> modelHashes() {
    return identity.sha256ByFile();
  }

  /** Bytes of all weights. */
  public long weightBytes() {
    return parts.weightBytes();
  }

  /** The size a request's video will have, pixels. */
  public ImageSize outputSize(VideoRequest request) {
    return FramePackPipeline.outputSize(request);
  }

  /**
   * Makes a video; returns when it is whole.
   *
   * @param frameDirectory where finished frames wait in a temporary file; null for the system's
   *     temporary folder
   * @throws CancelledException when the listener asked for it
   * @throws EngineDeadException when an earlier fault lost the device
   * @throws OutOfDeviceMemoryException when the request does not fit, before any work
   * @throws FramePackException when the run fails
   */
  public VideoResult generate(
      VideoRequest request, GenerationListener listener, @Nullable Path frameDirectory) {
    running.lock();
    try {
      requireOpen();
      warnIfTrainedForAnother(request.sampling());
      if (backend.deviceBytes().isPresent()) {
        planner.forecast(request, parts.placement()).requireFit();
      }
      return run(request, listener, frameDirectory);
    } finally {
      running.unlock();
    }
  }

  /**
   * As {@link #generate(VideoRequest, GenerationListener, Path)}, with frames in the system's
   * temporary folder.
   */
  public VideoResult generate(VideoRequest request, GenerationListener listener) {
    return generate(request, listener, null);
  }

  private VideoResult run(
      VideoRequest request, GenerationListener listener, @Nullable Path frameDirectory) {
    long begin = System.nanoTime();
    ImageSize size = outputSize(request);
    FrameStore frames = new FrameStore(size.width(), size.height(), frameDirectory);
    try {
      ProgressReporter reporter = new ProgressReporter(request, listener, backend);
      RunReport report =
          new FramePackPipeline(parts)
              .run(request, reporter, (start, finished) -> store(request, frames, start, finished));
      return new VideoResult(
          request,
          frames,
          size,
          Duration.ofNanos(System.nanoTime() - begin),
          report,
          RequestMetadata.of(request, size, identity, parts, backendDescription()));
    } catch (OutOfMemoryError e) {
      frames.close();
      throw outOfMemory("generating %dx%d".formatted(size.width(), size.height()), e);
    } catch (KernelException e) {
      frames.close();
      throw failure(e);
    } catch (RuntimeException | Error e) {
      frames.close();
      throw e;
    }
  }

  private void store(VideoRequest request, FrameStore frames, int start, Tensor finished) {
    int index = start;
    for (Rgb8Image image :
        RgbFrames.images(backend, finished, RgbFrames.rounding(request.profile()))) {
      frames.put(index++, image);
    }
  }

  /** The tensors do not tell which order a transformer was trained for; its name may. */
  private void warnIfTrainedForAnother(Sampling sampling) {
    if (!samplingsSeen.add(sampling)) {
      return;
    }
    trainedFor(sampling)
        .ifPresent(variant ->
            variant.warnIfContradicted(
                config.folders().transformer(), parts.transformer().model().config().nameOrPath()));
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
    running.lock();
    try {
      requireOpen();
      return new ClipEncoder(parts).encode(frames);
    } catch (OutOfMemoryError e) {
      throw outOfMemory("encoding %d frames".formatted(frames.size()), e);
    } catch (KernelException e) {
      throw failure(e);
    } finally {
      running.unlock();
    }
  }

  /**
   * Runs a request at full precision, every inner result shown to an observer: for checks against
   * reference outputs.
   *
   * @param frames takes every finished frame once, in this engine's memory, around -1..1
   */
  public RunReport observe(
      VideoRequest request, PipelineObserver observer, FrameStitcher.FrameConsumer frames) {
    running.lock();
    try {
      requireOpen();
      return new FramePackPipeline(parts).run(request, observer, frames);
    } catch (KernelException e) {
      throw failure(e);
    } finally {
      running.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("FramePackEngine: used after close");
    }
    if (death != null) {
      throw new EngineDeadException(
          "ENGINE_DEAD",
          "the device was lost: " + death.getMessage(),
          "restart the process",
          death);
    }
  }

  /** The configuration it was opened with. */
  public EngineConfig config() {
    return config;
  }

  @Override
  public void close() {
    running.lock();
    try {
      if (!closed) {
        closed = true;
        parts.close();
        closeModels();
      }
    } finally {
      running.unlock();
    }
  }
}
