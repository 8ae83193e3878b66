package dev.framepack.engine.pipeline;

import dev.framepack.engine.Precision;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.text.ClipTextEncoder;
import dev.framepack.engine.model.text.LlamaTextEncoder;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.engine.model.vision.SiglipVisionEncoder;
import dev.framepack.engine.text.HfTokenizer;
import dev.framepack.engine.text.Tokenizer;
import dev.framepack.kernels.Backend;
import dev.framepack.weights.Component;
import dev.framepack.weights.ComponentWeights;
import dev.framepack.weights.ModelFolders;
import dev.framepack.weights.OpenOptions;
import dev.framepack.weights.config.ModelConfigs;
import dev.framepack.weights.config.PreprocessorConfig;
import dev.framepack.weights.config.SchedulerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  private final List<Runnable> closers = new ArrayList<>();
  private final Loaded<PackedTransformer> transformer;
  private final Loaded<VideoVae> vae;
  private final Loaded<LlamaTextEncoder> llama;
  private final Loaded<ClipTextEncoder> clip;
  private final Loaded<SiglipVisionEncoder> siglip;
  private final Tokenizer llamaTokenizer;
  private final Tokenizer clipTokenizer;
  private final PreprocessorConfig preprocessor;
  private final Optional<SchedulerConfig> scheduler;

  private ModelParts(ModelFolders folders, Backend backend, Precision precision) {
    this.backend = backend;
    ModelConfigs configs = ModelConfigs.read(folders);
    this.preprocessor = configs.featureExtractor();
    this.scheduler = configs.scheduler();
    try {
      PackedTransformer packed = new PackedTransformer(configs.transformer());
      VideoVae video = new VideoVae(configs.vae());
      LlamaTextEncoder text = new LlamaTextEncoder(configs.textEncoder());
      ClipTextEncoder text2 = new ClipTextEncoder(configs.textEncoder2());
      SiglipVisionEncoder image = new SiglipVisionEncoder(configs.imageEncoder());
      WeightTypes transformerTypes =
          packed.weightTypes(precision.of(Component.TRANSFORMER, backend));
      WeightTypes vaeTypes = types(Component.VAE, precision);
      WeightTypes textTypes = types(Component.TEXT_ENCODER, precision);
      WeightTypes text2Types = types(Component.TEXT_ENCODER_2, precision);
      WeightTypes imageTypes = types(Component.IMAGE_ENCODER, precision);
      if (backend.deviceBytes().isEmpty()) {
        HostMemory.requireRoomFor(
            ArenaWeightStore.byteSize(packed.parameters(), transformerTypes)
                + ArenaWeightStore.byteSize(video.parameters(), vaeTypes)
                + ArenaWeightStore.byteSize(text.parameters(), textTypes)
                + ArenaWeightStore.byteSize(text2.parameters(), text2Types)
                + ArenaWeightStore.byteSize(image.parameters(), imageTypes));
      }
      this.llamaTokenizer =
          keep(HfTokenizer.open(folders.tokenizer(), configs.textEncoder().vocabSize()));
      this.clipTokenizer =
          keep(HfTokenizer.open(folders.tokenizer2(), configs.textEncoder2().vocabSize()));
      ComponentLoader loader = new ComponentLoader(folders, backend, closers);
      this.transformer =
          loader.load(
              Component.TRANSFORMER, packed, packed.parameters(), List.of(), transformerTypes);
      this.vae = loader.load(Component.VAE, video, video.parameters(), List.of(), vaeTypes);
      this.llama =
          loader.load(
              Component.TEXT_ENCODER, text, text.parameters(), text.unusedParameters(), textTypes);
      this.clip =
          loader.load(Component.TEXT_ENCODER_2, text2, text2.parameters(), List.of(), text2Types);
      this.siglip =
          loader.load(
              Component.IMAGE_ENCODER,
              image,
              image.parameters(),
              image.unusedParameters(),
              imageTypes);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Loads everything.
   *
   * @throws dev.framepack.weights.WeightException for files that are malformed or of another model
   * @throws dev.framepack.engine.FramePackException for tokenizers, and for parts that do not fit
   *     together
   */
  public static ModelParts load(ModelFolders folders, Backend backend, Precision precision) {
    return new ModelParts(folders, backend, precision);
  }

  private WeightTypes types(Component component, Precision precision) {
    return WeightTypes.all(precision.of(component, backend));
  }

  private record ComponentLoader(ModelFolders folders, Backend backend, List<Runnable> closers) {

    <M> Loaded<M> load(
        Component component,
        M model,
        List<Parameter> used,
        List<Parameter> unused,
        WeightTypes types) {
      try (ComponentWeights files =
          ComponentWeights.open(component, folders.folder(component.part()), OpenOptions.MAPPED)) {
        WeightStore weights = CheckpointWeights.load(files, used, unused, types, backend);
        closers.add(weights::close);
        return new Loaded<>(model, weights);
      }
    }
  }

  private Tokenizer keep(Tokenizer tokenizer) {
    closers.add(tokenizer::close);
    return tokenizer;
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
    return llamaTokenizer;
  }

  public Tokenizer clipTokenizer() {
    return clipTokenizer;
  }

  public PreprocessorConfig preprocessor() {
    return preprocessor;
  }

  /**
   * Obeyed by profile diffusers; checkpoints put together for the desktop application may lack it.
   */
  public Optional<SchedulerConfig> scheduler() {
    return scheduler;
  }

  /** What each component computes in, by folder name. */
  public Map<String, String> precision() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put("transformer", name(transformer));
    types.put("vae", name(vae));
    types.put("text_encoder", name(llama));
    types.put("text_encoder_2", name(clip));
    types.put("image_encoder", name(siglip));
    return types;
  }

  private static String name(Loaded<?> part) {
    return switch (part.weights().types().compute()) {
      case BF16 -> Precision.BFLOAT16.id();
      case F16 -> Precision.FLOAT16.id();
      default -> Precision.FLOAT32.id();
    };
  }

  /** Bytes of all weights. */
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
