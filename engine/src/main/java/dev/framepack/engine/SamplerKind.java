package dev.framepack.engine;

import dev.framepack.engine.sampler.EulerFlowMatching;
import dev.framepack.engine.sampler.Sampler;
import dev.framepack.engine.sampler.UniPcFlowMatching;
import java.util.Optional;

/** The samplers a request can name. */
public enum SamplerKind {
  UNIPC_BH1(new UniPcFlowMatching(UniPcFlowMatching.Variant.BH1)),
  UNIPC_BH2(new UniPcFlowMatching(UniPcFlowMatching.Variant.BH2)),
  EULER(new EulerFlowMatching()),
  /**
   * Every frame of a section at a noise level of its own, by Diffusion Forcing's scheduling matrix.
   */
  DIFFUSION_FORCING("diffusion-forcing"),
  /** A window that moves by one frame and is the noisier the later (Rolling Diffusion). */
  ROLLING_DIFFUSION("rolling-diffusion");

  private final String id;
  private final Optional<Sampler> sampler;

  SamplerKind(Sampler sampler) {
    this.id = sampler.name();
    this.sampler = Optional.of(sampler);
  }

  SamplerKind(String id) {
    this.id = id;
    this.sampler = Optional.empty();
  }

  /** Name in metadata and on the command line. */
  public String id() {
    return id;
  }

  /** The sampler itself; empty for those that give every frame a noise level of its own. */
  public Optional<Sampler> sampler() {
    return sampler;
  }

  /** Whether frames of one section have different noise levels. */
  public boolean isFrameWise() {
    return sampler.isEmpty();
  }
}
