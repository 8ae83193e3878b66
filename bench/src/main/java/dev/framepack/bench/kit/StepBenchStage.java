package dev.framepack.bench.kit;

import dev.framepack.bench.device.StepBench;
import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.kernels.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The transformer's step at the published size, weights made on the device: all resident, then
 * streamed block by block from the host.
 */
final class StepBenchStage implements KitStage {
  private static final int RUNS = 5;

  @Override
  public String name() {
    return "step";
  }

  @Override
  public int limitSeconds() {
    return 120;
  }

  @Override
  public void run(KitContext context) {
    StepBench.Size size = context.small() ? StepBench.Size.small() : StepBench.Size.full();
    List<DType> types = context.small() ? List.of(DType.F32, DType.BF16) : List.of(DType.BF16);
    for (DType type : types) {
      for (StepBench.Placement placement : StepBench.Placement.values()) {
        if (!context.isLate()) {
          measure(context, size, type, placement);
        }
      }
    }
  }

  private void measure(
      KitContext context, StepBench.Size size, DType type, StepBench.Placement placement) {
    StepBench.Result result =
        StepBench.run(context.backend(), size, type, placement, context.small() ? 1 : RUNS);
    float[] ms = result.milliseconds();
    double median = ms[ms.length / 2];
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("ms", median);
    figures.put("least", ms[0]);
    figures.put("most", ms[ms.length - 1]);
    figures.put("TFLOP/s", result.cost().flops() / (median * 1e9));
    figures.put("flops", result.cost().flops());
    figures.put("weightBytes", result.weightBytes());
    figures.put("arenaBytes", result.arenaBytes());
    figures.put("launches", result.launches());
    String label = "%s %s %s".formatted(size.name(), type, placement);
    context.row(name(), label.toLowerCase(Locale.ROOT), Verdict.INFO, figures);
  }
}
