package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.reproduce.suite.Variant;
import dev.framepack.bench.reproduce.suite.Variant.Text;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import java.util.Arrays;

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
        VideoRequest.builder().image(scene.image()).prompt(scene.prompt()).seed(seed);
    variant.settings().applyTo(builder, full);
    for (Text text : variant.texts().keySet()) {
      if (text != Text.SAMPLING) {
        throw refused(
            "%s of variant %s: this engine takes only sampling so far"
                .formatted(text.key(), variant.name()),
            "run a variant with sampling alone");
      }
    }
    return builder.sampling(sampling(variant.text(Text.SAMPLING).orElseThrow()));
  }

  private static Sampling sampling(String name) {
    return Arrays.stream(Sampling.values())
        .filter(sampling -> sampling.id().equals(name))
        .findFirst()
        .orElseThrow(
            () -> refused("sampling: expected inverted or f1, found " + name, "choose one"));
  }

  private static InvalidRequestException refused(String what, String remedy) {
    return new InvalidRequestException("VARIANT_UNSUPPORTED", what, remedy, null);
  }
}
