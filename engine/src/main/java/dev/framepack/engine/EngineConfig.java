package dev.framepack.engine;

import dev.framepack.weights.ModelFolders;
import dev.framepack.weights.ModelPart;
import java.nio.file.Path;
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
 * @param device which GPU, as the driver counts, from 0
 * @param deviceMemoryBytes most device memory to use; empty for all there is
 * @param threads of the CPU and emulated backends, 1-1024
 */
public record EngineConfig(
    ModelFolders folders,
    List<Lora> loras,
    BackendKind backend,
    Precision precision,
    int device,
    OptionalLong deviceMemoryBytes,
    int threads) {

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
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects a configuration. */
  public static final class Builder {
    private @Nullable Path root;
    private final Map<ModelPart, Path> parts = new EnumMap<>(ModelPart.class);
    private final List<Lora> loras = new ArrayList<>();
    private BackendKind backend = BackendKind.AUTO;
    private Precision precision = Precision.AUTO;
    private int device;
    private OptionalLong deviceMemoryBytes = OptionalLong.empty();
    private int threads = Runtime.getRuntime().availableProcessors();

    private Builder() {}

    /** A folder that holds every part in the layout of the published repositories. */
    public Builder models(Path folder) {
      root = folder;
      return this;
    }

    /** One part from somewhere else: its own folder or a repository that contains it. */
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
      deviceMemoryBytes = OptionalLong.of(value);
      return this;
    }

    /** Default: all processors of the machine. */
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws dev.framepack.weights.WeightException {@code MODEL_PART_MISSING}, naming all missing
     *     parts
     */
    public EngineConfig build() {
      return new EngineConfig(
          ModelFolders.resolve(root, parts, ModelFolders.REQUIRED),
          loras,
          backend,
          precision,
          device,
          deviceMemoryBytes,
          threads);
    }
  }
}
