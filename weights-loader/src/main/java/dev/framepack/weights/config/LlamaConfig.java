package dev.framepack.weights.config;

import java.nio.file.Path;

/**
 * {@code text_encoder/config.json}: a Llama decoder used as a text encoder (spec section 6).
 * Defaults are those of the transformers library.
 *
 * @param vocabSize rows of the token embedding
 * @param hiddenSize model width
 * @param intermediateSize width of the gated feed-forward
 * @param numHiddenLayers decoder layers
 * @param numAttentionHeads query heads
 * @param numKeyValueHeads key and value heads; divides the query heads
 * @param headDim channels per head
 * @param maxPositionEmbeddings longest sequence in tokens
 * @param rmsNormEps added to the mean square
 * @param ropeTheta base of the rotary frequencies
 * @param hiddenAct gate activation, always {@link Activation#SILU}
 */
public record LlamaConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    int maxPositionEmbeddings,
    double rmsNormEps,
    double ropeTheta,
    Activation hiddenAct) {

  /** The published 7.5 B text encoder (Llama 3 8B with LLaVA's vocabulary). */
  public static LlamaConfig published() {
    return new LlamaConfig(
        128320, 4096, 14336, 32, 32, 8, 128, 8192, 1e-5, 500000.0, Activation.SILU);
  }

  /**
   * Reads a component folder's {@code config.json}, or the file itself.
   *
   * @throws dev.framepack.weights.WeightException {@code CONFIG_*}, naming file and field
   */
  public static LlamaConfig read(Path folderOrFile) {
    ConfigReader file = ConfigReader.read(folderOrFile, "config.json");
    ConfigReader json = TextModelFields.encoderObject(file, "text_config");
    TextModelFields.requireModelType(json, "llama");
    json.oneOf("hidden_act", "silu", "silu");
    json.requireFlag("attention_bias", false, false);
    json.requireFlag("mlp_bias", false, false);
    int hidden = json.integer("hidden_size", 4096, 1, 1 << 17);
    int heads = json.integer("num_attention_heads", 32, 1, 1024);
    LlamaConfig config =
        new LlamaConfig(
            json.integer("vocab_size", 32000, 1, 1 << 24),
            hidden,
            json.integer("intermediate_size", 11008, 1, 1 << 20),
            json.integer("num_hidden_layers", 32, 1, 1000),
            heads,
            json.integer("num_key_value_heads", heads, 1, 1024),
            json.integer("head_dim", hidden / heads, 1, 1 << 16),
            json.integer("max_position_embeddings", 2048, 1, 1 << 24),
            json.number("rms_norm_eps", 1e-6, 0, 1),
            TextModelFields.ropeTheta(json, 10000.0),
            Activation.SILU);
    config.check(json);
    TextModelFields.finish(file, json);
    return config;
  }

  private void check(ConfigReader json) {
    if (headDim * (long) numAttentionHeads != hiddenSize || headDim % 2 != 0) {
      throw json.inconsistent(
          "head_dim %s (even) x num_attention_heads %s = %s, expected hidden_size = %s"
              .formatted(
                  headDim, numAttentionHeads, headDim * (long) numAttentionHeads, hiddenSize));
    }
    if (numAttentionHeads % numKeyValueHeads != 0) {
      throw json.inconsistent(
          "num_key_value_heads is %s, expected a divisor of num_attention_heads = %s"
              .formatted(numKeyValueHeads, numAttentionHeads));
    }
  }
}
