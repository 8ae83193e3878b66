package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code linear_combination.ptx}. */
final class LinearCombinationLauncher implements Launcher {
  private static final int SLOTS = 8;
  private static final TypedKernel KERNEL =
      TypedKernel.of("linear_combination", "linear_combination", 256, Map.of("SLOTS", SLOTS));

  @Override
  public List<PtxKernel> kernels() {
    return List.copyOf(KERNEL.all());
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    int terms = call.inputs().size() - 1;
    if (terms > SLOTS) {
      throw new KernelException(
          "the kernel sums at most %s terms, found %s; combine in two steps"
              .formatted(SLOTS, terms));
    }
    Tensor y = call.output();
    long count = y.shape().elementCount();
    if (count == 0) {
      return;
    }
    PtxKernel kernel = KERNEL.of(y.dtype());
    long vectors = Extents.vectors(call, plan);
    List<KernelArgument> arguments = new ArrayList<>();
    arguments.add(plan.read(call.input(0)));
    for (int slot = 0; slot < SLOTS; slot++) {
      arguments.add(plan.read(call.input(slot < terms ? slot + 1 : 1)));
    }
    arguments.add(Extents.output(call, plan));
    arguments.add(KernelArgument.int32(terms));
    arguments.add(Extents.count("vectors", vectors));
    arguments.add(Extents.count("elements", count));
    plan.launch(
        kernel,
        Extents.strided(plan, kernel, Math.max(vectors, count - vectors * Extents.vector(y))),
        arguments.toArray(KernelArgument[]::new));
  }
}
