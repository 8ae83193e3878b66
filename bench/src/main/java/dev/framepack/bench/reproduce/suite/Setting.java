package dev.framepack.bench.reproduce.suite;

import dev.framepack.engine.SamplerKind;
import dev.framepack.engine.VideoRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The plain fields of a request that a suite can set, as defaults or for one variant. */
public enum Setting {
  SECONDS("seconds", Type.NUMBER, number(VideoRequest.Builder::seconds)),
  STEPS("steps", Type.WHOLE, whole(VideoRequest.Builder::steps)),
  /** Takes the place of {@link #STEPS} in a full run. */
  STEPS_FULL("steps_full", Type.WHOLE, whole(VideoRequest.Builder::steps)),
  LATENT_WINDOW("latent_window", Type.WHOLE, whole(VideoRequest.Builder::latentWindow)),
  WIDTH("width", Type.WHOLE, whole(VideoRequest.Builder::width)),
  HEIGHT("height", Type.WHOLE, whole(VideoRequest.Builder::height)),
  GUIDANCE("guidance", Type.NUMBER, number(VideoRequest.Builder::guidanceScale)),
  CFG("cfg", Type.NUMBER, number(VideoRequest.Builder::trueCfgScale)),
  GUIDANCE_RESCALE("guidance_rescale", Type.NUMBER, number(VideoRequest.Builder::guidanceRescale)),
  NEGATIVE_PROMPT(
      "negative_prompt", Type.TEXT, (builder, value) -> builder.negativePrompt((String) value)),
  SHIFT("shift", Type.NUMBER, number(VideoRequest.Builder::shift)),
  TEACACHE("teacache", Type.NUMBER, number(VideoRequest.Builder::teaCache)),
  SAMPLER("sampler", Type.SAMPLER, (builder, value) -> builder.sampler((SamplerKind) value));

  /** What a value must be. */
  enum Type {
    WHOLE,
    NUMBER,
    TEXT,
    SAMPLER
  }

  private interface Setter<T> {
    Object set(VideoRequest.Builder builder, T value);
  }

  private final String key;
  private final Type type;
  private final Setter<Object> setter;

  Setting(String key, Type type, Setter<Object> setter) {
    this.key = key;
    this.type = type;
    this.setter = setter;
  }

  private static Setter<Object> number(Setter<Double> setter) {
    return (builder, value) -> setter.set(builder, (Double) value);
  }

  private static Setter<Object> whole(Setter<Integer> setter) {
    return (builder, value) -> setter.set(builder, (Integer) value);
  }

  /** Key in a suite file. */
  public String key() {
    return key;
  }

  Type type() {
    return type;
  }

  void apply(VideoRequest.Builder builder, Object value) {
    setter.set(builder, value);
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
