package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.kernels.gpu.device.DeviceException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Stages one after the other: what is right first, then how fast it is. */
final class KitRun {
  static final List<KitStage> STAGES =
      List.of(
          new DeviceStage(),
          ConformanceStage.whole(),
          new PackStage(),
          new GoldenStage(),
          new DeterminismStage(),
          new SanitizerStage(),
          ConformanceStage.smoke(),
          new StepBenchStage(),
          new VaeBenchStage(),
          new LibraryStage(),
          new KernelBenchStage());

  /** Exit code of a process that another one can go on after. */
  static final int GO_ON = 75;

  /** How a run ended. */
  enum End {
    PASSED,
    FAILED,
    DEVICE_LOST
  }

  private KitRun() {}

  /** Runs the stages of these names, or all that run by default. */
  static End run(KitContext context, List<String> names) {
    KitReport report = context.report();
    for (KitStage stage : STAGES) {
      if (names.isEmpty() ? !stage.isDefault() : !names.contains(stage.name())) {
        continue;
      }
      if (context.isNative() && !stage.isPerPath()) {
        continue;
      }
      if (context.isLate()) {
        context.row(stage.name(), "time is up", Verdict.SKIP, Map.of());
        continue;
      }
      if (!stage.isInPieces() && !context.begins(stage.name(), "")) {
        continue;
      }
      try (Watchdog ignored = Watchdog.over(context, stage)) {
        stage.run(context.until(Duration.ofSeconds(stage.limitSeconds())));
      } catch (DeviceException e) {
        context.row(stage.name(), "device", Verdict.FAIL, error(e));
        if (e.isSticky()) {
          context.journal().told();
          report.endStage(stage.name());
          return End.DEVICE_LOST;
        }
      } catch (RuntimeException e) {
        context.row(stage.name(), "stage", Verdict.FAIL, error(e));
      }
      report.endStage(stage.name());
    }
    return report.hasFailures() ? End.FAILED : End.PASSED;
  }

  /** A figure with the digits that a measurement has. */
  static double rounded(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.4g", value));
  }

  static Map<String, Object> error(Throwable e) {
    return Map.of("error", String.valueOf(e.getMessage() == null ? e : e.getMessage()));
  }
}
