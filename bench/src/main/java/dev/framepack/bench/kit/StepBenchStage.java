package dev.framepack.bench.kit;

import dev.framepack.bench.device.StepBench;
import dev.framepack.kernels.tensor.DType;
import java.util.List;

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
          context.timing(
              name(),
              "%s %s %s".formatted(size.name(), type, placement),
              StepBench.run(context.backend(), size, type, placement, context.small() ? 1 : RUNS));
        }
      }
    }
  }
}
