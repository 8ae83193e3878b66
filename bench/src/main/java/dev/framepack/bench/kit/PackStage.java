package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.kernels.conformance.pack.ConformancePack;
import java.nio.file.Path;
import java.util.Map;

/**
 * Records what this device makes of every collective instruction: the file that the emulator must
 * reproduce from then on.
 */
final class PackStage implements KitStage {
  private static final String FILE = "conformance-pack.txt";

  @Override
  public String name() {
    return "pack";
  }

  @Override
  public int limitSeconds() {
    return 30;
  }

  @Override
  public boolean isPerPath() {
    return false;
  }

  @Override
  public void run(KitContext context) {
    Path file = context.results().resolve(FILE);
    int kernels = ConformancePack.record(context.backend().device(), file);
    context.row(
        name(), FILE, kernels > 0 ? Verdict.PASS : Verdict.FAIL, Map.of("microKernels", kernels));
  }
}
