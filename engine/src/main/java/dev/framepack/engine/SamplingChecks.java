package dev.framepack.engine;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.history.HistoryRule;
import dev.framepack.engine.packing.PackingNotation;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Which packings, orders, samplers and history rules go together. */
record SamplingChecks(
    RequestChecks checks,
    Sampling sampling,
    SamplerKind sampler,
    HistoryPolicy history,
    int latentWindow) {

  void check(
      int sections, boolean endImage, double trueCfgScale, OptionalDouble teaCacheThreshold) {
    int[] visits;
    try {
      checkPacking();
      visits = sampling.order().visits(sections);
    } catch (InvalidRequestException e) {
      checks.that(false, RequestChecks.told(e));
      return;
    }
    boolean forward = true;
    for (int i = 0; i < visits.length; i++) {
      forward &= visits[i] == i;
    }
    boolean seesFuture = !sampling.packing().right().run().isEmpty();
    checks.that(
        !endImage || (seesFuture && visits[0] == sections - 1),
        "an end image needs the last section made first and a packing that sees it, as sampling"
            + " inverted has, found sampling "
            + sampling.id());
    checks.that(
        !history.has(HistoryRule.RepeatImageToVideo.class) || forward,
        "history repeat-i2v goes forward, found order " + sampling.order());
    checks.that(
        !history.has(HistoryRule.CfgNoise.class) || trueCfgScale != 1,
        "history cfg-noise needs a cfg scale other than 1, which is what it gives two levels to");
    checks.that(
        !history.has(HistoryRule.Guidance.class) || trueCfgScale == 1,
        "history guidance takes the place of cfg, leave the cfg scale 1");
    checks.that(
        !sampling.packing().discretized() || history.has(HistoryRule.Codebook.class),
        "packing %s discretises history, give history codebook:FILE".formatted(sampling.packing()));
    checkFrameWise(forward, teaCacheThreshold);
  }

  private void checkPacking() {
    PackingNotation packing = sampling.packing();
    OptionalInt generated = packing.generatedFrames();
    checks.that(
        generated.isPresent(),
        "packing %s generates no frames, add a group such as g9".formatted(packing));
    generated.ifPresent(frames ->
        checks.that(
            frames == latentWindow,
            "packing %s generates %d frames, the latent window is %d"
                .formatted(packing, frames, latentWindow)));
  }

  private void checkFrameWise(boolean forward, OptionalDouble teaCacheThreshold) {
    if (!sampler.isFrameWise()) {
      return;
    }
    checks.that(
        teaCacheThreshold.isEmpty(),
        "teacache compares steps of one noise level, sampler %s has many".formatted(sampler.id()));
    if (sampler == SamplerKind.ROLLING_DIFFUSION) {
      checks.that(
          forward,
          "sampler %s moves forward, found order %s".formatted(sampler.id(), sampling.order()));
      checks.that(
          !history.has(HistoryRule.RepeatImageToVideo.class),
          "sampler %s has no sections to start again from".formatted(sampler.id()));
      checks.that(
          !history.has(HistoryRule.Renormalise.class)
              && !history.has(HistoryRule.AdaptiveNoise.class),
          "history %s compares sections, sampler %s has none"
              .formatted(
                  history.has(HistoryRule.Renormalise.class) ? "renorm" : "adaptive-noise",
                  sampler.id()));
    }
  }
}
