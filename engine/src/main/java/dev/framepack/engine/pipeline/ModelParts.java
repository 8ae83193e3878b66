package dev.framepack.engine.pipeline;

import dev.framepack.engine.Precision;
import dev.framepack.engine.WeightStorage;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.text.ClipTextEncoder;
import dev.framepack.engine.model.text.LlamaTextEncoder;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.engine.model.vision.SiglipVisionEncoder;
import dev.framepack.engine.text.Tokenizer;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.weights.ModelFolders;
import dev.framepack.weights.config.PreprocessorConfig;
import dev.framepack.weights.config.SchedulerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A whole checkpoint on one backend: models, their weights, tokenizers and configurations.
 * Immutable, shared by all jobs until closed.
 */
public final class ModelParts implements AutoCloseable {

  /**
   * A model and its weights.
   *
   * @param <M> the model
   */
  public record Loaded<M>(M model, WeightStore weights) {}

  private final Backend backend;
  private final ModelSet models;
  private final WeightPlacement placement;
  private final List<Runnable> closers = new ArrayList<>();
  private final Loaded<PackedTransformer> transformer;
  private final Loaded<VideoVae> vae;
  private final Loaded<LlamaTextEncoder> llama;
  private final Loaded<ClipTextEncoder> clip;
  private final Loaded<SiglipVisionEncoder> siglip;

  private ModelParts(
      ModelSet models, Backend backend, WeightPlacement placement, WeightLoader.Mode mode) {
    this.backend = backend;
    this.models = models;
    this.placement = placement;
    try {
      WeightLoader loader = new WeightLoader(models, backend, placement, mode, closers);
      this.transformer = loader.load(models.transformer, models.transformerWeights());
      this.vae = loader.load(models.vae, models.vaeWeights());
      this.llama = loader.load(models.llama, models.llamaWeights());
      this.clip = loader.load(models.clip, models.clipWeights());
      this.siglip = loader.load(models.siglip, models.siglipWeights());
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Loads everything, all weights resident.
   *
   * @throws dev.framepack.weights.WeightException for files that are malformed or of another model
   * @throws dev.framepack.engine.FramePackException for tokenizers, and for parts that do not fit
   *     together
   */
  public static ModelParts load(ModelFolders folders, Backend backend, Precision precision) {
    ModelSet models = new ModelSet(folders, List.of(), precision, WeightStorage.AUTO, backend);
    try {
      ModelParts parts = load(models, backend, WeightPlacement.resident(models));
      parts.closers.addFirst(models::close);
      return parts;
    } catch (RuntimeException | Error e) {
      models.close();
      throw e;
    }
  }

  /**
   * Loads the weights of models.
   *
   * @param models not closed with the parts
   * @throws dev.framepack.weights.WeightException for files that are malformed or of another model
   */
  public static ModelParts load(ModelSet models, Backend backend, WeightPlacement placement) {
    if (backend.deviceBytes().isEmpty()) {
      HostMemory.requireRoomFor(models.weightBytes());
    }
    return new ModelParts(models, backend, placement, WeightLoader.Mode.READ);
  }

  /** Takes the memory of the weights and reads nothing: for backends that plan. */
  public static ModelParts reserve(ModelSet models, Backend backend, WeightPlacement placement) {
    return new ModelParts(models, backend, placement, WeightLoader.Mode.RESERVE);
  }

  public Backend backend() {
    return backend;
  }

  public Loaded<PackedTransformer> transformer() {
    return transformer;
  }

  public Loaded<VideoVae> vae() {
    return vae;
  }

  public Loaded<LlamaTextEncoder> llama() {
    return llama;
  }

  public Loaded<ClipTextEncoder> clip() {
    return clip;
  }

  public Loaded<SiglipVisionEncoder> siglip() {
    return siglip;
  }

  public Tokenizer llamaTokenizer() {
    return models.llamaTokenizer;
  }

  public Tokenizer clipTokenizer() {
    return models.clipTokenizer;
  }

  public PreprocessorConfig preprocessor() {
    return models.configs.featureExtractor();
  }

  /**
   * Obeyed by profile diffusers; checkpoints put together for the desktop application may lack it.
   */
  public Optional<SchedulerConfig> scheduler() {
    return models.configs.scheduler();
  }

  /** What each component computes in and, after a slash, keeps weights in; by folder name. */
  public Map<String, String> precision() {
    Map<String, String> types = new LinkedHashMap<>();
    String storage = weightStorage();
    types.put("transformer", name(transformer) + (storage.isEmpty() ? "" : "/" + storage));
    types.put("vae", name(vae));
    types.put("text_encoder", name(llama));
    types.put("text_encoder_2", name(clip));
    types.put("image_encoder", name(siglip));
    return types;
  }

  /** Formats of the transformer's quantised weights, joined by plus; empty: none is. */
  private String weightStorage() {
    return transformer.weights().types().quantised().values().stream()
        .map(QuantFormat::id)
        .distinct()
        .sorted()
        .collect(Collectors.joining("+"));
  }

  private static String name(Loaded<?> part) {
    return switch (part.weights().types().compute()) {
      case BF16 -> Precision.BFLOAT16.id();
      case F16 -> Precision.FLOAT16.id();
      default -> Precision.FLOAT32.id();
    };
  }

  /** Where the weights lie. */
  public WeightPlacement placement() {
    return placement;
  }

  /** Bytes of the resident weights. */
  public long weightBytes() {
    return transformer.weights().byteSize()
        + vae.weights().byteSize()
        + llama.weights().byteSize()
        + clip.weights().byteSize()
        + siglip.weights().byteSize();
  }

  @Override
  public void close() {
    closers.reversed().forEach(Runnable::run);
    closers.clear();
  }
}
