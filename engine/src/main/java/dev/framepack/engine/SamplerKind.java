package dev.framepack.engine;

import dev.framepack.engine.sampler.EulerFlowMatching;
import dev.framepack.engine.sampler.Sampler;
import dev.framepack.engine.sampler.UniPcFlowMatching;

/** The samplers a request can name. */
public enum SamplerKind {
  UNIPC_BH1(new UniPcFlowMatching(UniPcFlowMatching.Variant.BH1)),
  UNIPC_BH2(new UniPcFlowMatching(UniPcFlowMatching.Variant.BH2)),
  EULER(new EulerFlowMatching());

  private final Sampler sampler;

  SamplerKind(Sampler sampler) {
    this.sampler = sampler;
  }

  /** Name in metadata and on the command line. */
  public String id() {
    return sampler.name();
  }

  /** The sampler itself. */
  public Sampler sampler() {
    return sampler;
  }
}
