package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.reproduce.suite.Variant;
import dev.framepack.bench.reproduce.suite.Variant.Text;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.packing.GapRule;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionOrder;
import java.util.Optional;

/** Turns a variant into a request: the one place where a suite's texts meet the engine's types. */
final class VariantRequests {
  private VariantRequests() {}

  /**
   * The request of a cell, before its limits are checked.
   *
   * @param full with the steps of a full run
   * @throws InvalidRequestException when a text is not understood
   */
  static VideoRequest.Builder toBuilder(
      Variant variant, SceneInput scene, long seed, boolean full) {
    VideoRequest.Builder builder =
        VideoRequest.builder()
            .image(scene.image())
            .prompt(scene.prompt())
            .seed(seed)
            .sampling(sampling(variant));
    variant.text(Text.HISTORY).map(HistoryPolicy::parse).ifPresent(builder::history);
    variant.settings().applyTo(builder, full);
    return builder;
  }

  private static Sampling sampling(Variant variant) {
    Sampling sampling = packed(variant);
    Optional<SectionOrder> order = variant.text(Text.ORDER).map(SectionOrder::parse);
    if (order.isPresent()) {
      sampling = sampling.withOrder(order.get());
    }
    Optional<GapRule> gaps = variant.text(Text.GAPS).map(GapRule::parse);
    if (gaps.isPresent()) {
      sampling = sampling.withGaps(gaps.get());
    }
    return variant.initialiseKernels() ? sampling.withInitialisedKernels() : sampling;
  }

  /** A packing alone brings the order it is made for. */
  private static Sampling packed(Variant variant) {
    Optional<Sampling> preset = variant.text(Text.SAMPLING).map(Sampling::named);
    Optional<PackingNotation> packing = variant.text(Text.PACKING).map(PackingNotation::parse);
    if (packing.isEmpty()) {
      return preset.orElse(Sampling.INVERTED);
    }
    return preset
        .map(sampling -> sampling.withPacking(packing.get()))
        .orElseGet(() -> Sampling.of(packing.get()));
  }
}
