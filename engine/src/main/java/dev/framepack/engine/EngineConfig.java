package dev.framepack.engine;

import dev.framepack.kernels.Backend;
import dev.framepack.weights.ModelFolders;
import dev.framepack.weights.ModelPart;
import dev.framepack.weights.WeightException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What an engine is opened with.
 *
 * @param folders where the parts of the checkpoint lie
 * @param loras merged into the transformer's weights while they are loaded, summed in this order
 * @param backend what runs the operations
 * @param precision what the models compute in
 * @param weightStorage how the transformer's weights lie in memory
 * @param device which GPU, as the driver counts, from 0
 * @param deviceMemoryBytes most device memory to use; empty for all there is
 * @param threads of the CPU and emulated backends, 1-1024
 * @param queueLimit jobs that may wait, 1-100000
 * @param closeTimeout longest that closing waits for a running job
 */
public record EngineConfig(
    ModelFolders folders,
    List<Lora> loras,
    BackendKind backend,
    Precision precision,
    WeightStorage weightStorage,
    int device,
    OptionalLong deviceMemoryBytes,
    int threads,
    int queueLimit,
    Duration closeTimeout) {

  public EngineConfig {
    loras = List.copyOf(loras);
    if (device < 0) {
      throw new InvalidRequestException(
          "CONFIG_DEVICE",
          "device must be 0 or more, found " + device,
          "see framepack probe for the devices",
          null);
    }
    if (deviceMemoryBytes.isPresent() && deviceMemoryBytes.getAsLong() < 1) {
      throw new InvalidRequestException(
          "CONFIG_DEVICE_MEMORY",
          "device memory must be at least 1 byte, found " + deviceMemoryBytes.getAsLong(),
          "give a size such as 6GB",
          null);
    }
    if (threads < 1 || threads > 1024) {
      throw new InvalidRequestException(
          "CONFIG_THREADS",
          "threads must be 1 to 1024, found " + threads,
          "give the number of cores to use",
          null);
    }
    if (queueLimit < 1 || queueLimit > 100_000) {
      throw new InvalidRequestException(
          "CONFIG_QUEUE_LIMIT",
          "the queue limit must be 1 to 100000, found " + queueLimit,
          "give the number of jobs that may wait",
          null);
    }
    if (closeTimeout.isNegative() || closeTimeout.compareTo(Duration.ofDays(1)) > 0) {
      throw new InvalidRequestException(
          "CONFIG_CLOSE_TIMEOUT",
          "the close timeout must be 0 to 24 hours, found " + closeTimeout,
          "give how long closing may wait for a running job",
          null);
    }
  }

  Backend openBackend() {
    return backend.open(threads, device);
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Collects a configuration. What is not set here is taken from the system property of the same
   * meaning ({@code framepack.backend}, {@code precision}, {@code weights.storage}, {@code device},
   * {@code device.memory.bytes}, {@code threads}, {@code queue.limit}, {@code
   * close.timeout.seconds}), and where there is none from the default.
   */
  public static final class Builder {
    private static final int DEFAULT_QUEUE_LIMIT = 100;
    private static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private @Nullable Path root;
    private final Map<ModelPart, Path> parts = new EnumMap<>(ModelPart.class);
    private final List<Lora> loras = new ArrayList<>();
    private @Nullable BackendKind backend;
    private @Nullable Precision precision;
    private @Nullable WeightStorage weightStorage;
    private @Nullable Integer device;
    private @Nullable Long deviceMemoryBytes;
    private @Nullable Integer threads;
    private @Nullable Integer queueLimit;
    private @Nullable Duration closeTimeout;

    private Builder() {}

    /** A folder that holds every part in the layout of the published repositories. */
    public Builder models(Path folder) {
      root = folder;
      return this;
    }

    /**
     * One part from somewhere else: its own folder, a repository that contains it, or a file of
     * weights (safetensors, GGUF) with the configuration beside it or in the models' folder.
     */
    public Builder part(ModelPart part, Path folder) {
      parts.put(part, folder);
      return this;
    }

    /**
     * Adds a LoRA. Several are summed; their order matters for the last bits only.
     *
     * @param file safetensors in diffusers, ComfyUI, kohya or original HunyuanVideo naming
     * @param strength what its change is multiplied with, -10 to 10; 1 as it was trained
     * @throws InvalidRequestException {@code CONFIG_LORA_STRENGTH}
     */
    public Builder lora(Path file, double strength) {
      loras.add(new Lora(file, strength));
      return this;
    }

    /** Default {@link BackendKind#AUTO}. */
    public Builder backend(BackendKind value) {
      backend = value;
      return this;
    }

    /** Default {@link Precision#AUTO}. */
    public Builder precision(Precision value) {
      precision = value;
      return this;
    }

    /** Default {@link WeightStorage#AUTO}. */
    public Builder weightStorage(WeightStorage value) {
      weightStorage = value;
      return this;
    }

    /** Which GPU, as the driver counts. Default: the first, 0. */
    public Builder device(int value) {
      device = value;
      return this;
    }

    /**
     * Most device memory to use, at least 1. What does not fit is streamed from the host. Default:
     * all of the device's.
     */
    public Builder deviceMemoryBytes(long value) {
      deviceMemoryBytes = value;
      return this;
    }

    /** Default: all processors of the machine. */
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /** Jobs that may wait. Default: 100. */
    public Builder queueLimit(int value) {
      queueLimit = value;
      return this;
    }

    /** Longest that closing waits for a running job to stop. Default: 30 seconds. */
    public Builder closeTimeout(Duration value) {
      closeTimeout = value;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws ModelFormatException {@code MODEL_PART_MISSING}, naming all missing parts
     * @throws InvalidRequestException for a value outside its limits, and for a system property
     *     {@code framepack.*} that is not known
     */
    public EngineConfig build() {
      EngineProperties properties = EngineProperties.ofProcess();
      long noLimit = Long.MIN_VALUE;
      long memory =
          properties.choose(
              deviceMemoryBytes,
              EngineProperties.DEVICE_MEMORY_BYTES,
              EngineProperties.number(EngineProperties.DEVICE_MEMORY_BYTES),
              noLimit);
      return new EngineConfig(
          folders(),
          loras,
          properties.choose(
              backend,
              EngineProperties.BACKEND,
              EngineProperties.oneOf(
                  EngineProperties.BACKEND, BackendKind.values(), BackendKind::id),
              BackendKind.AUTO),
          properties.choose(
              precision,
              EngineProperties.PRECISION,
              EngineProperties.oneOf(EngineProperties.PRECISION, Precision.values(), Precision::id),
              Precision.AUTO),
          properties.choose(
              weightStorage,
              EngineProperties.WEIGHTS_STORAGE,
              EngineProperties.oneOf(
                  EngineProperties.WEIGHTS_STORAGE, WeightStorage.values(), WeightStorage::id),
              WeightStorage.AUTO),
          number(properties, device, EngineProperties.DEVICE, 0),
          memory == noLimit ? OptionalLong.empty() : OptionalLong.of(memory),
          number(
              properties,
              threads,
              EngineProperties.THREADS,
              Runtime.getRuntime().availableProcessors()),
          number(properties, queueLimit, EngineProperties.QUEUE_LIMIT, DEFAULT_QUEUE_LIMIT),
          properties.choose(
              closeTimeout,
              EngineProperties.CLOSE_TIMEOUT_SECONDS,
              EngineProperties.number(EngineProperties.CLOSE_TIMEOUT_SECONDS)
                  .andThen(Duration::ofSeconds),
              DEFAULT_CLOSE_TIMEOUT));
    }

    private static int number(
        EngineProperties properties, @Nullable Integer given, String name, int otherwise) {
      return properties.choose(given, name, EngineProperties.smallNumber(name), otherwise);
    }

    private ModelFolders folders() {
      try {
        return ModelFolders.resolve(root, parts, ModelFolders.REQUIRED);
      } catch (WeightException e) {
        throw ModelFailures.translate(e);
      }
    }
  }
}
