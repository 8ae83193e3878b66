package dev.framepack.weights.config;

import java.nio.file.Path;
import java.util.List;

/**
 * {@code transformer/config.json}: the packed HunyuanVideo transformer (spec section 2). Defaults
 * are those of the published 12.87 B checkpoint's class.
 *
 * @param inChannels latent channels going in; equal to {@code outChannels}
 * @param numAttentionHeads heads of every attention
 * @param attentionHeadDim channels per head
 * @param numLayers double-stream blocks
 * @param numSingleLayers single-stream blocks
 * @param numRefinerLayers blocks of the text refiner
 * @param mlpRatio feed-forward width over model width, in both kinds of block
 * @param patchSize rows and columns per token
 * @param patchSizeT latent frames per token
 * @param guidanceEmbeds whether distilled guidance is an input
 * @param textEmbedDim width of the Llama hidden states
 * @param pooledProjectionDim width of the CLIP pooled output
 * @param ropeTheta base of the rotary frequencies
 * @param ropeAxesDim head channels rotated by frame, row and column; their sum is the head size
 * @param imageProjDim width of the SigLIP hidden states
 * @param nameOrPath {@code _name_or_path}, empty if absent; a hint at the variant, nothing more
 */
public record TransformerConfig(
    int inChannels,
    int outChannels,
    int numAttentionHeads,
    int attentionHeadDim,
    int numLayers,
    int numSingleLayers,
    int numRefinerLayers,
    double mlpRatio,
    int patchSize,
    int patchSizeT,
    boolean guidanceEmbeds,
    int textEmbedDim,
    int pooledProjectionDim,
    double ropeTheta,
    List<Integer> ropeAxesDim,
    int imageProjDim,
    String nameOrPath) {

  public TransformerConfig {
    ropeAxesDim = List.copyOf(ropeAxesDim);
  }

  /** The published 12.87 B model. */
  public static TransformerConfig published() {
    return new TransformerConfig(
        16,
        16,
        24,
        128,
        20,
        40,
        2,
        4.0,
        2,
        1,
        true,
        4096,
        768,
        256.0,
        List.of(16, 56, 56),
        1152,
        "");
  }

  /**
   * Reads a component folder's {@code config.json}, or the file itself.
   *
   * @throws dev.framepack.weights.WeightException {@code CONFIG_*}, naming file and field
   */
  public static TransformerConfig read(Path folderOrFile) {
    ConfigReader json = ConfigReader.read(folderOrFile, "config.json");
    json.requireClass(
        "_class_name",
        "HunyuanVideoFramepackTransformer3DModel",
        "HunyuanVideoTransformer3DModelPacked");
    json.requireNull("image_condition_type");
    json.oneOf("qk_norm", "rms_norm", "rms_norm");
    // Without these two modules it is a plain HunyuanVideo transformer: it cannot see its history.
    json.requireFlag("has_image_proj", false, true);
    json.requireFlag("has_clean_x_embedder", false, true);
    // The history embedders' kernels are fixed multiples of this patch.
    json.requireInteger("patch_size", 2, 2);
    json.requireInteger("patch_size_t", 1, 1);
    TransformerConfig base = published();
    TransformerConfig config =
        new TransformerConfig(
            json.integer("in_channels", base.inChannels, 1, 1024),
            json.integer("out_channels", base.outChannels, 1, 1024),
            json.integer("num_attention_heads", base.numAttentionHeads, 1, 1024),
            json.integer("attention_head_dim", base.attentionHeadDim, 2, 1024),
            json.integer("num_layers", base.numLayers, 0, 1000),
            json.integer("num_single_layers", base.numSingleLayers, 0, 1000),
            json.integer("num_refiner_layers", base.numRefinerLayers, 0, 1000),
            json.number("mlp_ratio", base.mlpRatio, 0.01, 64),
            base.patchSize,
            base.patchSizeT,
            json.flag("guidance_embeds", base.guidanceEmbeds),
            json.integer("text_embed_dim", base.textEmbedDim, 1, 1 << 17),
            json.integer("pooled_projection_dim", base.pooledProjectionDim, 1, 1 << 17),
            json.number("rope_theta", base.ropeTheta, 1, 1e12),
            json.integers("rope_axes_dim", base.ropeAxesDim, 3, 3, 2, 1024),
            json.integer("image_proj_dim", base.imageProjDim, 1, 1 << 17),
            json.text("_name_or_path", ""));
    config.check(json);
    json.finish();
    return config;
  }

  private void check(ConfigReader json) {
    int rotated = ropeAxesDim.stream().mapToInt(Integer::intValue).sum();
    if (rotated != attentionHeadDim || ropeAxesDim.stream().anyMatch(dim -> dim % 2 != 0)) {
      throw json.inconsistent(
          "rope_axes_dim is %s, expected even numbers with sum attention_head_dim = %s"
              .formatted(ropeAxesDim, attentionHeadDim));
    }
    if (inChannels != outChannels) {
      throw json.inconsistent(
          "out_channels is %s, expected in_channels = %s".formatted(outChannels, inChannels));
    }
    if (mlpDim() < 1) {
      throw json.inconsistent(
          "mlp_ratio is %s, the feed-forward width would be 0".formatted(mlpRatio));
    }
  }

  /** Model width D: heads times channels per head. */
  public int innerDim() {
    return numAttentionHeads * attentionHeadDim;
  }

  /** Width of the feed-forward layers of the double- and single-stream blocks. */
  public int mlpDim() {
    return (int) (innerDim() * mlpRatio);
  }
}
