package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.Precision;
import dev.framepack.engine.verify.Check;
import dev.framepack.engine.verify.GoldenVerifier;
import dev.framepack.engine.verify.Subject;
import java.util.List;
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
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16)) {
      try {
        Subject subject = new Subject(context.backend(), precision);
        GoldenVerifier.Outcome outcome =
            GoldenVerifier.verify(
                context.golden(),
                subject,
                false,
                context::isLate,
                check -> row(context, precision, check));
        if (outcome.checks().isEmpty()) {
          context.row(name(), precision.id() + ": nothing compared", Verdict.SKIP, Map.of());
        }
      } catch (FramePackException e) {
        context.row(name(), precision.id(), Verdict.SKIP, KitRun.error(e));
      }
    }
  }

  private void row(KitContext context, Precision precision, Check check) {
    context.row(
        name(),
        precision.id() + " " + check.folder() + " " + check.output(),
        check.passed() ? Verdict.PASS : Verdict.FAIL,
        Map.of("relativeL2", check.relativeL2(), "tolerance", check.tolerance()));
  }
}
