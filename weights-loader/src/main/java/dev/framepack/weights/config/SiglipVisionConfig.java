package dev.framepack.weights.config;

import java.nio.file.Path;

/**
 * {@code image_encoder/config.json}: the SigLIP vision model (spec section 6). Defaults are those
 * of the transformers library.
 *
 * @param hiddenSize model width
 * @param intermediateSize width of the feed-forward
 * @param numHiddenLayers encoder layers
 * @param numAttentionHeads heads of every attention
 * @param numChannels colour channels, always 3
 * @param imageSize input height and width in pixels
 * @param patchSize patch height and width in pixels
 * @param layerNormEps added to the variance
 * @param hiddenAct feed-forward activation
 */
public record SiglipVisionConfig(
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numChannels,
    int imageSize,
    int patchSize,
    double layerNormEps,
    Activation hiddenAct) {

  /** The published 428 M image encoder (SigLIP so400m, patch 14, 384 pixels). */
  public static SiglipVisionConfig published() {
    return new SiglipVisionConfig(1152, 4304, 27, 16, 3, 384, 14, 1e-6, Activation.GELU_TANH);
  }

  /**
   * Reads a component folder's {@code config.json}, or the file itself.
   *
   * @throws dev.framepack.weights.WeightException {@code CONFIG_*}, naming file and field
   */
  public static SiglipVisionConfig read(Path folderOrFile) {
    ConfigReader file = ConfigReader.read(folderOrFile, "config.json");
    ConfigReader json = TextModelFields.encoderObject(file, "vision_config");
    TextModelFields.requireModelType(json, "siglip_vision_model", "siglip");
    json.oneOf("hidden_act", "gelu_pytorch_tanh", "gelu_pytorch_tanh");
    json.requireInteger("num_channels", 3, 3);
    SiglipVisionConfig config =
        new SiglipVisionConfig(
            json.integer("hidden_size", 768, 1, 1 << 17),
            json.integer("intermediate_size", 3072, 1, 1 << 20),
            json.integer("num_hidden_layers", 12, 1, 1000),
            json.integer("num_attention_heads", 12, 1, 1024),
            3,
            json.integer("image_size", 224, 1, 1 << 13),
            json.integer("patch_size", 16, 1, 1 << 13),
            json.number("layer_norm_eps", 1e-6, 0, 1),
            Activation.GELU_TANH);
    TextModelFields.requireDivisible(json, config.hiddenSize, config.numAttentionHeads);
    if (config.patchSize > config.imageSize) {
      throw json.inconsistent(
          "patch_size is %s, expected at most image_size = %s"
              .formatted(config.patchSize, config.imageSize));
    }
    TextModelFields.finish(file, json);
    return config;
  }

  /** Tokens per picture: whole patches only. */
  public int tokens() {
    int side = imageSize / patchSize;
    return side * side;
  }
}
