package dev.framepack.weights.config;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the configurations of the three transformers-library encoders have in common. */
final class TextModelFields {
  /** Fields about training, tokens and bookkeeping that do not change the forward pass. */
  private static final Set<String> IGNORED =
      Set.of(
          "architectures",
          "attention_dropout",
          "bos_token_id",
          "dropout",
          "dtype",
          "eos_token_id",
          "initializer_factor",
          "initializer_range",
          "model_type",
          "pad_token_id",
          "pretraining_tp",
          "projection_dim",
          "tie_word_embeddings",
          "torch_dtype",
          "transformers_version",
          "use_cache",
          "vision_use_head");

  private TextModelFields() {}

  /**
   * The object that describes the encoder: the file's own, or {@code nested} of a file that
   * describes a larger model.
   */
  static ConfigReader encoderObject(ConfigReader file, String nested) {
    file.ignore(IGNORED);
    ConfigReader inner = file.has("hidden_size") ? null : file.object(nested);
    if (inner == null) {
      return file;
    }
    inner.ignore(IGNORED);
    return inner;
  }

  static void requireModelType(ConfigReader json, String... allowed) {
    json.requireClass("model_type", allowed);
  }

  /** {@code rope_theta} under either spelling; only plain rotary embeddings are supported. */
  static double ropeTheta(ConfigReader json, double defaultTheta) {
    double theta = json.number("rope_theta", defaultTheta, 1, 1e12);
    for (String spelling : List.of("rope_parameters", "rope_scaling")) {
      ConfigReader rope = json.object(spelling);
      if (rope == null) {
        continue;
      }
      rope.oneOf("rope_type", "default", "default");
      rope.oneOf("type", "default", "default");
      double nested = rope.number("rope_theta", theta, 1, 1e12);
      if (json.has("rope_theta") && nested != theta) {
        throw json.inconsistent(
            "rope_theta is %s and %s.rope_theta is %s".formatted(theta, spelling, nested));
      }
      theta = nested;
      rope.finish();
    }
    return theta;
  }

  static void requireDivisible(ConfigReader json, int hiddenSize, int heads) {
    if (hiddenSize % heads != 0) {
      throw json.inconsistent(
          "hidden_size is %s, expected a multiple of num_attention_heads = %s"
              .formatted(hiddenSize, heads));
    }
  }

  static void finish(ConfigReader file, @Nullable ConfigReader encoder) {
    // A file that describes a larger model is full of fields for its other parts.
    if (encoder == file || encoder == null) {
      file.finish();
    } else {
      encoder.finish();
    }
  }
}
