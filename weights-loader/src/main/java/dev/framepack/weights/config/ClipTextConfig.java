package dev.framepack.weights.config;

import java.nio.file.Path;

/**
 * {@code text_encoder_2/config.json}: the CLIP text model (spec section 6). Defaults are those of
 * the transformers library.
 *
 * @param vocabSize rows of the token embedding
 * @param hiddenSize model width
 * @param intermediateSize width of the feed-forward
 * @param numHiddenLayers encoder layers
 * @param numAttentionHeads heads of every attention
 * @param maxPositionEmbeddings tokens per prompt
 * @param layerNormEps added to the variance
 * @param hiddenAct feed-forward activation
 * @param eosTokenId the token whose first position is pooled; 2 (old files) means the highest id
 */
public record ClipTextConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int maxPositionEmbeddings,
    double layerNormEps,
    Activation hiddenAct,
    int eosTokenId) {

  /** The published 123 M text encoder (CLIP ViT-L/14). */
  public static ClipTextConfig published() {
    return new ClipTextConfig(49408, 768, 3072, 12, 12, 77, 1e-5, Activation.QUICK_GELU, 2);
  }

  /**
   * Reads a component folder's {@code config.json}, or the file itself.
   *
   * @throws dev.framepack.weights.WeightException {@code CONFIG_*}, naming file and field
   */
  public static ClipTextConfig read(Path folderOrFile) {
    ConfigReader file = ConfigReader.read(folderOrFile, "config.json");
    ConfigReader json = TextModelFields.encoderObject(file, "text_config");
    TextModelFields.requireModelType(json, "clip_text_model", "clip");
    json.oneOf("hidden_act", "quick_gelu", "quick_gelu");
    int vocab = json.integer("vocab_size", 49408, 1, 1 << 24);
    ClipTextConfig config =
        new ClipTextConfig(
            vocab,
            json.integer("hidden_size", 512, 1, 1 << 17),
            json.integer("intermediate_size", 2048, 1, 1 << 20),
            json.integer("num_hidden_layers", 12, 1, 1000),
            json.integer("num_attention_heads", 8, 1, 1024),
            json.integer("max_position_embeddings", 77, 1, 1 << 16),
            json.number("layer_norm_eps", 1e-5, 0, 1),
            Activation.QUICK_GELU,
            json.integer("eos_token_id", 49407, 0, Integer.MAX_VALUE));
    TextModelFields.requireDivisible(json, config.hiddenSize, config.numAttentionHeads);
    if (config.eosTokenId >= vocab) {
      throw json.inconsistent(
          "eos_token_id is %s, expected less than vocab_size = %s"
              .formatted(config.eosTokenId, vocab));
    }
    TextModelFields.finish(file, json);
    return config;
  }
}
