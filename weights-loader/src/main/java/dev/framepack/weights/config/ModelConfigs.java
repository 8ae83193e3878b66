package dev.framepack.weights.config;

import dev.framepack.weights.ModelFolders;
import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightException;
import java.util.Optional;

/**
 * The configurations of one checkpoint, known to fit together.
 *
 * @param scheduler absent when the checkpoint has none
 */
public record ModelConfigs(
    TransformerConfig transformer,
    VaeConfig vae,
    LlamaConfig textEncoder,
    ClipTextConfig textEncoder2,
    SiglipVisionConfig imageEncoder,
    PreprocessorConfig featureExtractor,
    Optional<SchedulerConfig> scheduler) {

  /**
   * Reads and cross-checks all of them.
   *
   * @throws WeightException {@code CONFIG_*}; {@code CONFIG_INCONSISTENT} when two parts do not fit
   */
  public static ModelConfigs read(ModelFolders folders) {
    ModelConfigs configs =
        new ModelConfigs(
            TransformerConfig.read(folders.transformer()),
            VaeConfig.read(folders.vae()),
            LlamaConfig.read(folders.textEncoder()),
            ClipTextConfig.read(folders.textEncoder2()),
            SiglipVisionConfig.read(folders.imageEncoder()),
            PreprocessorConfig.read(folders.featureExtractor()),
            folders.scheduler().map(SchedulerConfig::read));
    configs.requireConsistent();
    return configs;
  }

  private void requireConsistent() {
    requireEqual(
        "in_channels", transformer.inChannels(), "vae latent_channels", vae.latentChannels());
    requireEqual(
        "text_embed_dim",
        transformer.textEmbedDim(),
        "text_encoder hidden_size",
        textEncoder.hiddenSize());
    requireEqual(
        "pooled_projection_dim",
        transformer.pooledProjectionDim(),
        "text_encoder_2 hidden_size",
        textEncoder2.hiddenSize());
    requireEqual(
        "image_proj_dim",
        transformer.imageProjDim(),
        "image_encoder hidden_size",
        imageEncoder.hiddenSize());
    requireEqual(
        "feature_extractor size.height",
        featureExtractor.height(),
        "image_encoder image_size",
        imageEncoder.imageSize());
    requireEqual(
        "feature_extractor size.width",
        featureExtractor.width(),
        "image_encoder image_size",
        imageEncoder.imageSize());
  }

  private static void requireEqual(String name, int value, String otherName, int other) {
    if (value != other) {
      throw WeightException.in(
          WeightError.CONFIG_INCONSISTENT,
          null,
          "%s is %s, expected %s = %s".formatted(name, value, otherName, other));
    }
  }
}
