package dev.framepack.bench.reproduce.suite;

import dev.framepack.engine.SamplerKind;
import dev.framepack.engine.VideoRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The plain fields of a request that a suite can set, as defaults or for one variant. */
public enum Setting {
  SECONDS("seconds", Type.NUMBER),
  STEPS("steps", Type.WHOLE),
  /** Takes the place of {@link #STEPS} in a full run. */
  STEPS_FULL("steps_full", Type.WHOLE),
  LATENT_WINDOW("latent_window", Type.WHOLE),
  WIDTH("width", Type.WHOLE),
  HEIGHT("height", Type.WHOLE),
  GUIDANCE("guidance", Type.NUMBER),
  CFG("cfg", Type.NUMBER),
  GUIDANCE_RESCALE("guidance_rescale", Type.NUMBER),
  NEGATIVE_PROMPT("negative_prompt", Type.TEXT),
  SHIFT("shift", Type.NUMBER),
  TEACACHE("teacache", Type.NUMBER),
  UNCERTAINTY("uncertainty", Type.NUMBER),
  SAMPLER("sampler", Type.SAMPLER);

  /** What a value must be. */
  enum Type {
    /** An Integer. */
    WHOLE,
    /** A Double. */
    NUMBER,
    /** A String. */
    TEXT,
    /** A {@link SamplerKind}, by its name. */
    SAMPLER
  }

  private final String key;
  private final Type type;

  Setting(String key, Type type) {
    this.key = key;
    this.type = type;
  }

  /** Key in a suite file. */
  public String key() {
    return key;
  }

  Type type() {
    return type;
  }

  /**
   * Sets the field of a request.
   *
   * @param value as {@link #type()} says
   */
  VideoRequest.Builder apply(VideoRequest.Builder builder, Object value) {
    return switch (this) {
      case SECONDS -> builder.seconds((Double) value);
      case STEPS, STEPS_FULL -> builder.steps((Integer) value);
      case LATENT_WINDOW -> builder.latentWindow((Integer) value);
      case WIDTH -> builder.width((Integer) value);
      case HEIGHT -> builder.height((Integer) value);
      case GUIDANCE -> builder.guidanceScale((Double) value);
      case CFG -> builder.trueCfgScale((Double) value);
      case GUIDANCE_RESCALE -> builder.guidanceRescale((Double) value);
      case NEGATIVE_PROMPT -> builder.negativePrompt((String) value);
      case SHIFT -> builder.shift((Double) value);
      case TEACACHE -> builder.teaCache((Double) value);
      case UNCERTAINTY -> builder.uncertainty((Double) value);
      case SAMPLER -> builder.sampler((SamplerKind) value);
    };
  }

  /** Names of all samplers. */
  static String samplers() {
    return Arrays.stream(SamplerKind.values())
        .map(SamplerKind::id)
        .collect(Collectors.joining(", "));
  }

  /** The sampler of this name. */
  static Optional<SamplerKind> sampler(String name) {
    return Arrays.stream(SamplerKind.values()).filter(kind -> kind.id().equals(name)).findFirst();
  }
}
