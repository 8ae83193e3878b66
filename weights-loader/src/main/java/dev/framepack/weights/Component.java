package dev.framepack.weights;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The parts of a checkpoint that have weights, with what is known about the names in their files:
 * prefixes that older files carry, and tensors that real files carry but no forward pass here
 * reads. Anything else a model does not expect is an error.
 */
public enum Component {
  TRANSFORMER(
      ModelPart.TRANSFORMER, List.of("model.diffusion_model.", "diffusion_model."), List.of()),

  VAE(ModelPart.VAE, List.of(), List.of()),

  /** Llama; the output head and LLaVA's picture side are not used for text encoding. */
  TEXT_ENCODER(
      ModelPart.TEXT_ENCODER,
      List.of("language_model.model.", "model.language_model.", "model."),
      List.of(
          "lm_head.weight",
          "language_model.lm_head.weight",
          "layers.*.rotary_emb.inv_freq",
          "vision_tower.*",
          "multi_modal_projector.*")),

  /** CLIP text; the projection and the picture side of a whole CLIP are not used. */
  TEXT_ENCODER_2(
      ModelPart.TEXT_ENCODER_2,
      List.of("text_model."),
      List.of(
          "embeddings.position_ids",
          "text_projection.weight",
          "visual_projection.weight",
          "logit_scale",
          "vision_model.*")),

  /** SigLIP vision; the pooling head and the text side of a whole SigLIP are not used. */
  IMAGE_ENCODER(
      ModelPart.IMAGE_ENCODER,
      List.of("vision_model."),
      List.of("embeddings.position_ids", "head.*", "logit_scale", "logit_bias", "text_model.*"));

  private final ModelPart part;
  private final List<NamePrefix> prefixes;
  private final List<Pattern> ignorable;

  Component(ModelPart part, List<String> prefixes, List<String> ignorable) {
    this.part = part;
    this.prefixes = prefixes.stream().map(NamePrefix::new).toList();
    this.ignorable = ignorable.stream().map(Component::glob).toList();
  }

  private static Pattern glob(String text) {
    List<String> literals = Stream.of(text.split("\\*", -1)).map(Pattern::quote).toList();
    return Pattern.compile(String.join(".*", literals));
  }

  /** The folder it lies in. */
  public ModelPart part() {
    return part;
  }

  /** Prefixes to strip from stored names. */
  public List<NamePrefix> prefixes() {
    return prefixes;
  }

  /** Whether a canonical name is known to be harmless when no model asks for it. */
  public boolean isIgnorable(String canonicalName) {
    return ignorable.stream().anyMatch(pattern -> pattern.matcher(canonicalName).matches());
  }
}
