package dev.framepack.engine;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.history.HistoryRule;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionOrder;
import dev.framepack.engine.packing.TailMode;
import dev.framepack.engine.sampler.cache.StepCache;
import java.util.OptionalInt;

/** Which packings, orders, samplers and history rules go together. */
record SamplingChecks(
    RequestChecks checks,
    Sampling sampling,
    SamplerKind sampler,
    HistoryPolicy history,
    int latentWindow) {

  /**
   * @param hasSecondPass whether there is a negative prompt to guide away from
   */
  void check(
      int sections,
      boolean endImage,
      boolean sectionImages,
      boolean clip,
      boolean hasSecondPass,
      double guidanceRescale,
      StepCache stepCache) {
    int[] visits;
    try {
      checkPacking();
      visits = sampling.order().visits(sections);
      sampling.gaps().gap(0, sections - 1, sections, latentWindow);
    } catch (InvalidRequestException e) {
      checks.that(false, RequestChecks.told(e));
      return;
    }
    boolean seesFuture = !sampling.packing().right().run().isEmpty();
    checks.that(
        !endImage || (seesFuture && visits[0] == sections - 1),
        "an end image needs the last section made first and a packing that sees it, as sampling"
            + " inverted has, found sampling "
            + sampling.id());
    checks.that(
        !endImage || !history.has(HistoryRule.RepeatImageToVideo.class),
        "history repeat-i2v sees no end image");
    checks.that(
        !history.has(HistoryRule.RepeatImageToVideo.class) || SectionOrder.isRising(visits),
        "history repeat-i2v goes forward, found order " + sampling.order());
    checks.that(
        !sectionImages || !history.has(HistoryRule.RepeatImageToVideo.class),
        "history repeat-i2v makes start images of its own, section images have no place");
    checks.that(
        !clip || !history.has(HistoryRule.RepeatImageToVideo.class),
        "history repeat-i2v sees one frame, a clip to go on from has no place");
    checks.that(
        !history.has(HistoryRule.CfgNoise.class) || hasSecondPass,
        "history cfg-noise gives a second pass its own level, there is none: give a cfg scale and a"
            + " negative prompt");
    boolean historyGuidance =
        history.has(HistoryRule.Guidance.class) || history.has(HistoryRule.DropGuidance.class);
    checks.that(
        !historyGuidance || !hasSecondPass,
        "history guidance takes the place of cfg, leave the cfg scale 1");
    checks.that(
        !historyGuidance || guidanceRescale == 0,
        "guidance rescale belongs to cfg, leave it 0 with history guidance");
    checks.that(
        !sampling.packing().discretized() || history.has(HistoryRule.Codebook.class),
        "packing %s discretises history, give history codebook:FILE".formatted(sampling.packing()));
    checkFrameWise(visits, endImage, stepCache);
  }

  private void checkPacking() {
    PackingNotation packing = sampling.packing();
    OptionalInt generated = packing.generatedFrames();
    checks.that(
        generated.isPresent(),
        "packing %s generates no frames, add a group such as g9".formatted(packing));
    checks.that(
        !packing.left().run().isEmpty(),
        "packing %s sees nothing before g, so never the start image".formatted(packing));
    generated.ifPresent(frames ->
        checks.that(
            frames == latentWindow,
            "packing %s generates %s frames, the latent window is %s"
                .formatted(packing, frames, latentWindow)));
  }

  private void checkFrameWise(int[] visits, boolean endImage, StepCache stepCache) {
    if (!sampler.isFrameWise()) {
      return;
    }
    String name = "sampler " + sampler.id();
    checks.that(
        stepCache.isNone(),
        "%s compares steps of one noise level, %s has many".formatted(stepCache.name(), name));
    if (sampler != SamplerKind.ROLLING_DIFFUSION) {
      return;
    }
    checks.that(
        SectionOrder.isRising(visits),
        "%s moves forward, found order %s".formatted(name, sampling.order()));
    checks.that(!endImage, name + " sees no end image");
    checks.that(
        !history.has(HistoryRule.RepeatImageToVideo.class),
        name + " has no sections to start again from");
    for (HistoryRule rule : history.rules()) {
      checks.that(
          !(rule instanceof HistoryRule.Renormalise || rule instanceof HistoryRule.AdaptiveNoise),
          "history %s compares sections, %s has none".formatted(rule.name(), name));
    }
    checks.that(
        sampling.packing().left().tail() == TailMode.DELETE,
        name + " deletes older frames, packing %s keeps them".formatted(sampling.packing()));
  }
}
