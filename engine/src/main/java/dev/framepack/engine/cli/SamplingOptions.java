package dev.framepack.engine.cli;

import dev.framepack.engine.Sampling;
import dev.framepack.engine.packing.GapRule;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionOrder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Packing, order of sections, and use of history. */
final class SamplingOptions {
  @Option(
      names = "--sampling",
      paramLabel = "NAME",
      description =
          "inverted (default), f1, vanilla, endpoint or planned; the transformer should be trained"
              + " for it.")
  @Nullable String sampling;

  @Option(
      names = "--packing",
      paramLabel = "NOTATION",
      description = "Packing in the paper's notation, such as td_f16k4f2k2f1k1_g9.")
  @Nullable String packing;

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      description =
          "forward, inverted, endpoint, planned, or section numbers such as 3,0,1,2 (0 follows the"
              + " start image); default: what sampling or packing is made for.")
  @Nullable String order;

  @Option(
      names = "--gaps",
      paramLabel = "RULE",
      description =
          "Blank frame indices at x: released (default), true, or windows such as 3,2,1,0.")
  @Nullable String gaps;

  @Option(
      names = "--initialise-kernels",
      description = "Make kernels the transformer has no weights for from its k1.")
  boolean initialiseKernels;

  @Option(
      names = "--history",
      paramLabel = "POLICY",
      description =
          "clean (default) or rules joined by +: noise:S, augment:S, anchor, repeat-i2v,"
              + " guidance:W[,LEVEL], drop-guidance:W, cfg-noise:A,B, renorm:ALPHA, adaptive-noise,"
              + " codebook:FILE, causal.")
  @Nullable String history;

  @Option(
      names = "--uncertainty",
      paramLabel = "U",
      description = "Steps each frame lags behind; sampler diffusion-forcing, default 1.")
  @Nullable Double uncertainty;

  /** Whether packing or order was named. */
  boolean isGiven() {
    return sampling != null || packing != null || order != null;
  }

  /** Whether anything of a sampling was named. */
  boolean changesSampling() {
    return isGiven() || gaps != null || initialiseKernels;
  }

  /** A packing alone brings the order it is made for. */
  private Sampling packed(Sampling base) {
    if (packing == null) {
      return sampling == null ? base : Sampling.named(sampling);
    }
    PackingNotation notation = PackingNotation.parse(packing);
    return sampling == null
        ? Sampling.of(notation)
        : Sampling.named(sampling).withPacking(notation);
  }

  /**
   * What was asked for.
   *
   * @param base what is changed where neither sampling nor packing is named
   * @throws dev.framepack.engine.InvalidRequestException when a name or notation is not understood
   */
  Sampling sampling(Sampling base) {
    Sampling chosen = packed(base);
    if (order != null) {
      chosen = chosen.withOrder(SectionOrder.parse(order));
    }
    if (gaps != null) {
      chosen = chosen.withGaps(GapRule.parse(gaps));
    }
    return initialiseKernels ? chosen.withInitialisedKernels() : chosen;
  }
}
