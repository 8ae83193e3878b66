package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.conformance.Conformance;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.conformance.OpCases;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.tensor.DType;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Cases of the table in every type, by the rule the tests hold all backends to. */
final class ConformanceStage implements KitStage {
  static final String SMOKE = "smoke";

  private final String name;
  private final boolean firstOnly;

  private ConformanceStage(String name, boolean firstOnly) {
    this.name = name;
    this.firstOnly = firstOnly;
  }

  /** Every case. */
  static ConformanceStage whole() {
    return new ConformanceStage("conformance", false);
  }

  /** The first case of every operation in every type, for slow tools around the process. */
  static ConformanceStage smoke() {
    return new ConformanceStage(SMOKE, true);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isDefault() {
    return !firstOnly;
  }

  @Override
  public boolean isInPieces() {
    return true;
  }

  @Override
  public int limitSeconds() {
    return 120;
  }

  /** What is known of one operation in one type. */
  private static final class Tally {
    int passed;
    int failed;
    double worst;
  }

  @Override
  public void run(KitContext context) {
    List<OpCase> cases = cases(context);
    Map<String, Tally> tallies = new LinkedHashMap<>();
    int done = 0;
    try (Backend reference = new ReferenceBackend(1)) {
      Conformance conformance = new Conformance(reference);
      try (ExpectedAhead ignored = ExpectedAhead.of(cases, conformance)) {
        for (OpCase entry : cases) {
          if (context.isLate()) {
            context.row(name(), "the rest", Verdict.SKIP, Map.of("cases", cases.size() - done));
            break;
          }
          if (context.begins(name(), done + " " + entry)) {
            check(context, conformance, entry, tallies);
          }
          done++;
        }
      }
    }
    tally(context, tallies);
  }

  private List<OpCase> cases(KitContext context) {
    List<OpCase> all =
        context.small()
            ? OpCases.everyType()
            : Stream.of(DType.F32, DType.BF16, DType.F16)
                .flatMap(dtype -> OpCases.all(dtype).stream())
                .toList();
    Set<String> seen = new HashSet<>();
    return firstOnly ? all.stream().filter(entry -> seen.add(key(entry))).toList() : all;
  }

  private void tally(KitContext context, Map<String, Tally> tallies) {
    tallies.forEach((key, tally) ->
        context.row(
            name(),
            key,
            tally.failed == 0 ? Verdict.PASS : Verdict.FAIL,
            Map.of("passed", tally.passed, "failed", tally.failed, "worst", tally.worst)));
  }

  private static String key(OpCase entry) {
    return entry.op().name() + " " + entry.inputTypes().getFirst().dtype();
  }

  private void check(
      KitContext context, Conformance conformance, OpCase entry, Map<String, Tally> tallies) {
    Tally tally = tallies.computeIfAbsent(key(entry), ignored -> new Tally());
    try {
      Conformance.Verdict verdict = conformance.check(context.backend(), entry);
      if (verdict.passed()) {
        tally.passed++;
        tally.worst = Math.max(tally.worst, verdict.error() / Math.max(verdict.allowed(), 1e-30));
        return;
      }
      tally.failed++;
      context.row(
          name(),
          entry.toString(),
          Verdict.FAIL,
          Map.of(
              "error",
              verdict.error(),
              "allowed",
              verdict.allowed(),
              "fault",
              verdict.fault(),
              "where",
              verdict.where()));
    } catch (DeviceException e) {
      tally.failed++;
      context.row(name(), entry.toString(), Verdict.FAIL, KitRun.error(e));
      if (e.isSticky()) {
        tally(context, tallies);
        throw e;
      }
    } catch (KernelException e) {
      tally.failed++;
      context.row(name(), entry.toString(), Verdict.FAIL, KitRun.error(e));
    }
  }
}
