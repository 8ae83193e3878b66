package dev.framepack.engine.pipeline;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.Lora;
import dev.framepack.engine.Precision;
import dev.framepack.engine.WeightStorage;
import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.binding.LoraMerge;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.text.ClipTextEncoder;
import dev.framepack.engine.model.text.LlamaTextEncoder;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.engine.model.vision.SiglipVisionEncoder;
import dev.framepack.engine.text.HfTokenizer;
import dev.framepack.engine.text.Tokenizer;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.weights.Component;
import dev.framepack.weights.ModelFolders;
import dev.framepack.weights.ModelPart;
import dev.framepack.weights.config.ModelConfigs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All of a checkpoint but its weights: models built from their configurations, tokenizers, and the
 * LoRA files that will change the weights.
 */
public final class ModelSet implements AutoCloseable {
  final ModelFolders folders;
  final ModelConfigs configs;
  final PackedTransformer transformer;
  final VideoVae vae;
  final LlamaTextEncoder llama;
  final ClipTextEncoder clip;
  final SiglipVisionEncoder siglip;
  final Tokenizer llamaTokenizer;
  final Tokenizer clipTokenizer;

  private final LoraMerge loras;
  private final PartWeights transformerWeights;
  private final PartWeights vaeWeights;
  private final PartWeights llamaWeights;
  private final PartWeights clipWeights;
  private final PartWeights siglipWeights;

  /**
   * Reads configurations and tokenizers, and checks LoRA files.
   *
   * @param loras to merge into the transformer, in order
   * @param storage how the transformer's weights lie in memory
   * @param backend decides what {@link Precision#AUTO} means
   * @throws dev.framepack.weights.WeightException for configurations and LoRA files
   * @throws dev.framepack.engine.FramePackException for tokenizers, and for parts that do not fit
   *     together
   */
  public ModelSet(
      ModelFolders folders,
      List<Lora> loras,
      Precision precision,
      WeightStorage storage,
      Backend backend) {
    this.folders = folders;
    configs = ModelConfigs.read(folders);
    transformer = new PackedTransformer(configs.transformer());
    vae = new VideoVae(configs.vae());
    llama = new LlamaTextEncoder(configs.textEncoder());
    clip = new ClipTextEncoder(configs.textEncoder2());
    siglip = new SiglipVisionEncoder(configs.imageEncoder());
    transformerWeights =
        new PartWeights(
            Component.TRANSFORMER,
            transformer.parameters(),
            List.of(),
            transformer.weightGroups(),
            transformerTypes(
                folders, transformer, precision.of(Component.TRANSFORMER, backend), storage));
    vaeWeights =
        new PartWeights(
            Component.VAE,
            vae.parameters(),
            List.of(),
            List.of(),
            WeightTypes.all(precision.of(Component.VAE, backend)));
    llamaWeights =
        new PartWeights(
            Component.TEXT_ENCODER,
            llama.parameters(),
            llama.unusedParameters(),
            llama.weightGroups(),
            WeightTypes.all(precision.of(Component.TEXT_ENCODER, backend)));
    clipWeights =
        new PartWeights(
            Component.TEXT_ENCODER_2,
            clip.parameters(),
            List.of(),
            clip.weightGroups(),
            WeightTypes.all(precision.of(Component.TEXT_ENCODER_2, backend)));
    siglipWeights =
        new PartWeights(
            Component.IMAGE_ENCODER,
            siglip.parameters(),
            siglip.unusedParameters(),
            siglip.weightGroups(),
            WeightTypes.all(precision.of(Component.IMAGE_ENCODER, backend)));
    this.loras = LoraMerge.open(loras, transformer.parameters());
    List<Runnable> opened = new ArrayList<>(List.of(this.loras::close));
    try {
      requireStorable(transformerWeights.types(), this.loras);
      llamaTokenizer = HfTokenizer.open(folders.tokenizer(), configs.textEncoder().vocabSize());
      opened.add(llamaTokenizer::close);
      clipTokenizer = HfTokenizer.open(folders.tokenizer2(), configs.textEncoder2().vocabSize());
    } catch (RuntimeException | Error e) {
      opened.forEach(Runnable::run);
      throw e;
    }
  }

  private static WeightTypes transformerTypes(
      ModelFolders folders, PackedTransformer transformer, DType compute, WeightStorage storage) {
    WeightTypes types = transformer.weightTypes(compute);
    return types.withQuantised(
        switch (storage) {
          case AUTO ->
              CheckpointWeights.quantisedIn(
                  Component.TRANSFORMER,
                  folders.weights(ModelPart.TRANSFORMER),
                  transformer.parameters(),
                  types);
          case EXPANDED -> Map.of();
          case FP8_E4M3, Q8_0, Q4_0 -> transformer.quantisable(storage.format().orElseThrow());
        });
  }

  /** A changed weight has to be quantised again, for which not every format has a rule. */
  private static void requireStorable(WeightTypes types, LoraMerge loras) {
    types
        .quantised()
        .forEach((weight, format) -> {
          if (format == QuantFormat.Q4_K && loras.changes(weight)) {
            throw new InvalidRequestException(
                "CONFIG_LORA_STORAGE",
                "a LoRA changes %s, which is kept as q4_k".formatted(weight),
                "choose the weights storage q8_0, q4_0, fp8_e4m3 or expanded",
                null);
          }
        });
  }

  /** What is merged into the weights of a component. */
  LoraMerge loras(Component component) {
    return component == Component.TRANSFORMER ? loras : LoraMerge.NONE;
  }

  PartWeights transformerWeights() {
    return transformerWeights;
  }

  PartWeights vaeWeights() {
    return vaeWeights;
  }

  PartWeights llamaWeights() {
    return llamaWeights;
  }

  PartWeights clipWeights() {
    return clipWeights;
  }

  PartWeights siglipWeights() {
    return siglipWeights;
  }

  /** Of every component, in the order of loading. */
  List<PartWeights> weights() {
    return List.of(transformerWeights, vaeWeights, llamaWeights, clipWeights, siglipWeights);
  }

  /** Bytes of all weights, streamed or not. */
  public long weightBytes() {
    return weights().stream().mapToLong(PartWeights::byteSize).sum();
  }

  @Override
  public void close() {
    clipTokenizer.close();
    llamaTokenizer.close();
    loras.close();
  }
}
