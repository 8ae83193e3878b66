package dev.framepack.weights;

import java.util.List;

/** The folders of a checkpoint (spec section 1), by the names they have in one repository. */
public enum ModelPart {
  TRANSFORMER("transformer", "config.json"),
  VAE("vae", "config.json"),
  TEXT_ENCODER("text_encoder", "config.json"),
  TEXT_ENCODER_2("text_encoder_2", "config.json"),
  IMAGE_ENCODER("image_encoder", "config.json"),
  FEATURE_EXTRACTOR("feature_extractor", "preprocessor_config.json"),
  TOKENIZER("tokenizer", "tokenizer.json"),
  TOKENIZER_2("tokenizer_2", "tokenizer.json", "vocab.json"),
  SCHEDULER("scheduler", "scheduler_config.json");

  private final String folderName;
  private final List<String> markers;

  ModelPart(String folderName, String... markers) {
    this.folderName = folderName;
    this.markers = List.of(markers);
  }

  /** The folder's name inside a repository. */
  public String folderName() {
    return folderName;
  }

  /** Files of which at least one must lie in the folder. */
  List<String> markers() {
    return markers;
  }
}
