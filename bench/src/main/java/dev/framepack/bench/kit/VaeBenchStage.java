package dev.framepack.bench.kit;

import dev.framepack.bench.device.VaeBench;
import dev.framepack.kernels.tensor.DType;

/** The published autoencoder: a picture encoded, a middle section decoded. */
final class VaeBenchStage implements KitStage {
  private static final int RUNS = 5;

  @Override
  public String name() {
    return "vae";
  }

  @Override
  public int limitSeconds() {
    return 60;
  }

  @Override
  public void run(KitContext context) {
    VaeBench.Size size = context.small() ? VaeBench.Size.small() : VaeBench.Size.full();
    for (DType type : new DType[] {DType.F16, DType.BF16}) {
      for (VaeBench.Direction direction : VaeBench.Direction.values()) {
        if (!context.isLate()) {
          context.timing(
              name(),
              "%s %s %s".formatted(size.name(), type, direction),
              VaeBench.run(context.backend(), size, type, direction, context.small() ? 1 : RUNS));
        }
      }
    }
  }
}
