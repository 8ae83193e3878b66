package dev.framepack.bench.kit;

import dev.framepack.bench.device.BenchScale;
import dev.framepack.bench.device.KernelBench;
import dev.framepack.bench.device.RemainingRows;
import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.conformance.Fill;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.launch.Launchers;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Affine;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every kernel's device time, and how far it is from the floor: the larger of its arithmetic at the
 * measured matrix rate and its bytes at the measured copy rate.
 */
final class KernelBenchStage implements KitStage {
  private static final int CEILING_SIDE = 8192;
  private static final int SMALL_SIDE = 64;

  @Override
  public String name() {
    return "kernels";
  }

  @Override
  public boolean isInPieces() {
    return true;
  }

  @Override
  public int limitSeconds() {
    return 150;
  }

  @Override
  public void run(KitContext context) {
    try (KernelBench bench = new KernelBench(context.backend())) {
      Ceilings ceilings = ceilings(context, bench);
      List<BenchScale> scales =
          context.small() ? List.of(BenchScale.SMALL) : List.of(BenchScale.FULL, BenchScale.SMALL);
      for (BenchScale scale : scales) {
        for (OpCase entry : KernelBench.cases(scale)) {
          if (context.isLate()) {
            context.row(name(), scale.name() + ": the rest", Verdict.SKIP, Map.of());
            return;
          }
          measure(context, bench, scale.name(), entry, ceilings);
        }
      }
      for (OpCase entry : RemainingRows.of(context.backend().device().info(), scales)) {
        if (!context.isLate()) {
          measure(context, bench, "case", entry, ceilings);
        }
      }
    }
  }

  /** Rates of this machine, in this run. */
  private record Ceilings(double teraflops, double gigabytesPerSecond) {}

  private Ceilings ceilings(KitContext context, KernelBench bench) {
    long side = context.small() ? SMALL_SIDE : CEILING_SIDE;
    OpCase copy = OpCase.of(new Affine(1, 0)).input(Fill.NORMAL, 4 * side, side);
    OpCase product =
        OpCase.of(Linear.plain(false))
            .input(Fill.NORMAL, side, side)
            .weight(Fill.NORMAL, side, side)
            .in(DType.BF16)
            .orElseThrow();
    Ceilings ceilings =
        new Ceilings(bench.run(product).teraflops(), bench.run(copy).gigabytesPerSecond());
    context.row(
        name(),
        "ceilings of this machine",
        Verdict.INFO,
        Map.of(
            "TFLOP/s bf16 linear " + side + "^3",
            KitRun.rounded(ceilings.teraflops()),
            "GB/s copy",
            KitRun.rounded(ceilings.gigabytesPerSecond())));
    return ceilings;
  }

  private void measure(
      KitContext context, KernelBench bench, String scale, OpCase entry, Ceilings ceilings) {
    if (!context.begins(name(), scale + " " + entry)) {
      return;
    }
    try {
      if (context.isNative() && !isNative(KernelBench.kernels(context.backend(), entry))) {
        return; // measured on the portable path
      }
      KernelBench.Row row = bench.run(entry);
      double median = row.quantile(0.5);
      double floor =
          Math.max(
              row.cost().flops() / (ceilings.teraflops() * 1e9),
              row.cost().bytes() / (ceilings.gigabytesPerSecond() * 1e6));
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("ms", KitRun.rounded(median));
      figures.put("p10", KitRun.rounded(row.quantile(0.1)));
      figures.put("p90", KitRun.rounded(row.quantile(0.9)));
      figures.put("TFLOP/s", KitRun.rounded(row.teraflops()));
      figures.put("GB/s", KitRun.rounded(row.gigabytesPerSecond()));
      figures.put("percentOfFloor", KitRun.rounded(100 * floor / median));
      figures.put("scale", scale);
      figures.put("case", entry.toString());
      context.row(name(), String.join("+", row.kernels()), Verdict.INFO, figures);
    } catch (DeviceException e) {
      throw e;
    } catch (KernelException e) {
      context.row(name(), entry.toString(), Verdict.FAIL, KitRun.error(e));
    }
  }

  private static boolean isNative(List<String> kernels) {
    return Launchers.kernels().stream()
        .anyMatch(k -> k.arch() == PtxKernel.Arch.SM_90A && kernels.contains(k.name()));
  }
}
