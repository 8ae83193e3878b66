package dev.framepack.engine;

import org.jspecify.annotations.Nullable;

/** Which reference program's details are followed, and with them the defaults (spec section 9). */
public enum Profile {
  /** The authors' desktop application: length in seconds, UniPC, posterior mean, covering crop. */
  FRAMEPACK("framepack", 25, 10, SamplerKind.UNIPC_BH1),
  /**
   * HunyuanVideoFramepackPipeline of diffusers: length in frames, Euler, seeded posterior, stretch.
   */
  DIFFUSERS("diffusers", 50, 6, SamplerKind.EULER);

  private final String id;
  private final int steps;
  private final double guidanceScale;
  private final SamplerKind sampler;

  Profile(String id, int steps, double guidanceScale, SamplerKind sampler) {
    this.id = id;
    this.steps = steps;
    this.guidanceScale = guidanceScale;
    this.sampler = sampler;
  }

  /** Name in metadata and on the command line. */
  public String id() {
    return id;
  }

  /** Model evaluations a section takes when the request says nothing. */
  public int defaultSteps() {
    return steps;
  }

  /** Distilled guidance when the request says nothing. */
  public double defaultGuidanceScale() {
    return guidanceScale;
  }

  /**
   * The prompt of the second pass, or null when there is none (spec section 3).
   *
   * @param trueCfgScale weight of the positive prediction against the negative one
   */
  public @Nullable String secondPrompt(double trueCfgScale, @Nullable String negativePrompt) {
    return switch (this) {
      case FRAMEPACK -> trueCfgScale == 1 ? null : negativePrompt == null ? "" : negativePrompt;
      case DIFFUSERS -> trueCfgScale > 1 ? negativePrompt : null;
    };
  }

  /** Sampler when the request says nothing. */
  public SamplerKind defaultSampler() {
    return sampler;
  }
}
