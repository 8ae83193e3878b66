package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.verify.Check;
import dev.framepack.engine.verify.GoldenVerifier;
import java.util.Map;

/** All reference outputs on the device. */
final class GoldenStage implements KitStage {
  @Override
  public String name() {
    return "golden";
  }

  @Override
  public int limitSeconds() {
    return 120;
  }

  @Override
  public void run(KitContext context) {
    try {
      GoldenVerifier.Outcome outcome =
          GoldenVerifier.verify(
              context.golden(), context.backend(), context::isLate, check -> row(context, check));
      if (outcome.checks().isEmpty()) {
        context.report().row(name(), "no reference outputs in the kit", Verdict.SKIP, Map.of());
      }
    } catch (FramePackException e) {
      context.report().row(name(), "golden", Verdict.SKIP, KitRun.error(e));
    }
  }

  private void row(KitContext context, Check check) {
    context
        .report()
        .row(
            name(),
            check.folder() + " " + check.output(),
            check.passed() ? Verdict.PASS : Verdict.FAIL,
            Map.of("relativeL2", check.relativeL2(), "tolerance", check.tolerance()));
  }
}
