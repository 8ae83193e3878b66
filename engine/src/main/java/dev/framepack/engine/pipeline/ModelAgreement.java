package dev.framepack.engine.pipeline;

import dev.framepack.engine.ModelMismatchException;
import dev.framepack.weights.config.ClipTextConfig;
import dev.framepack.weights.config.LlamaConfig;
import dev.framepack.weights.config.SiglipVisionConfig;
import dev.framepack.weights.config.TransformerConfig;
import dev.framepack.weights.config.VaeConfig;
import java.util.ArrayList;
import java.util.List;

/** Parts of a checkpoint may come from several repositories; their sizes must fit each other. */
final class ModelAgreement {
  private ModelAgreement() {}

  static void require(
      TransformerConfig transformer,
      VaeConfig vae,
      LlamaConfig llama,
      ClipTextConfig clip,
      SiglipVisionConfig siglip) {
    List<String> faults = new ArrayList<>();
    same(
        faults,
        "text_encoder width",
        llama.hiddenSize(),
        "text_embed_dim",
        transformer.textEmbedDim());
    same(
        faults,
        "text_encoder_2 width",
        clip.hiddenSize(),
        "pooled_projection_dim",
        transformer.pooledProjectionDim());
    same(
        faults,
        "image_encoder width",
        siglip.hiddenSize(),
        "image_proj_dim",
        transformer.imageProjDim());
    same(
        faults,
        "vae latent channels",
        vae.latentChannels(),
        "in_channels",
        transformer.inChannels());
    same(
        faults, "out_channels", transformer.outChannels(), "in_channels", transformer.inChannels());
    if (!faults.isEmpty()) {
      throw new ModelMismatchException(
          "MODEL_PARTS_DISAGREE",
          String.join("; ", faults),
          "take all parts from repositories of one model",
          null);
    }
  }

  private static void same(
      List<String> faults, String part, int size, String transformerField, int expected) {
    if (size != expected) {
      faults.add(
          "%s is %d, the transformer's %s is %d".formatted(part, size, transformerField, expected));
    }
  }
}
