package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.reproduce.suite.Setting;
import dev.framepack.bench.reproduce.suite.Settings;
import dev.framepack.bench.reproduce.suite.Variant;
import dev.framepack.bench.reproduce.suite.Variant.Text;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.history.HistoryRule;
import dev.framepack.engine.packing.GapRule;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionOrder;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Turns a variant into a request: the one place where a suite's texts meet the engine's types. */
final class VariantRequests {
  private static final String INITIALISE = "initialise";
  private static final Set<Setting> LENGTH_AND_SIZE =
      EnumSet.of(Setting.SECONDS, Setting.LATENT_WINDOW, Setting.WIDTH, Setting.HEIGHT);

  private VariantRequests() {}

  /**
   * The request of a cell, before its limits are checked.
   *
   * @param full with the steps of a full run
   * @param codebooks that a history may name
   * @throws InvalidRequestException when a text is not understood
   */
  static VideoRequest.Builder toBuilder(
      Variant variant, SceneInput scene, long seed, boolean full, Codebooks codebooks) {
    VideoRequest.Builder builder =
        VideoRequest.builder().image(scene.image()).prompt(scene.prompt()).seed(seed);
    Settings settings = variant.settings();
    // What nothing is generated with must not clash with the order nothing is generated in.
    (variant.reference().isPresent() ? settings.only(LENGTH_AND_SIZE) : settings)
        .applyTo(builder, full);
    variant.text(Text.HISTORY).ifPresent(text -> builder.history(history(text, codebooks)));
    return builder.sampling(sampling(variant));
  }

  private static Sampling sampling(Variant variant) {
    Optional<PackingNotation> packing = variant.text(Text.PACKING).map(PackingNotation::parse);
    Sampling sampling =
        variant
            .text(Text.SAMPLING)
            .map(Sampling::named)
            .map(named -> packing.map(named::withPacking).orElse(named))
            .or(() -> packing.map(Sampling::of))
            .orElse(Sampling.INVERTED);
    if (variant.text(Text.ORDER).isPresent()) {
      sampling = sampling.withOrder(SectionOrder.parse(variant.text(Text.ORDER).get()));
    }
    if (variant.text(Text.GAPS).isPresent()) {
      sampling = sampling.withGaps(GapRule.parse(variant.text(Text.GAPS).get()));
    }
    return variant.text(Text.KERNELS).filter(VariantRequests::isInitialise).isPresent()
        ? sampling.withInitialisedKernels()
        : sampling;
  }

  private static boolean isInitialise(String text) {
    if (!text.equals(INITIALISE)) {
      throw new InvalidRequestException(
          "VARIANT_KERNELS",
          "kernels: expected %s, found %s".formatted(INITIALISE, text),
          "leave it out to have kernels without weights refused",
          null);
    }
    return true;
  }

  /** A codebook of the suite is named where a file would be. */
  private static HistoryPolicy history(String text, Codebooks codebooks) {
    return new HistoryPolicy(
        HistoryPolicy.parse(text).rules().stream()
            .map(rule ->
                rule instanceof HistoryRule.Codebook(Path name)
                    ? new HistoryRule.Codebook(
                        codebooks.files().getOrDefault(name.toString(), name))
                    : rule)
            .toList());
  }
}
