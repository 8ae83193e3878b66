package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.Unpatchify;
import dev.framepack.kernels.op.UpsampleNearest3d;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code patchify.ptx}, {@code unpatchify.ptx}, {@code upsample_nearest3d.ptx}. */
final class PatchLauncher implements Launcher {
  private static final UnitKernel PATCHIFY = kernel("patchify");
  private static final UnitKernel UNPATCHIFY = kernel("unpatchify");
  private static final UnitKernel UPSAMPLE = kernel("upsample_nearest3d");

  private static UnitKernel kernel(String name) {
    return UnitKernel.of(name, 256, Map.of(), 2, 4);
  }

  @Override
  public List<PtxKernel> kernels() {
    return Stream.of(PATCHIFY, UNPATCHIFY, UPSAMPLE)
        .flatMap(kernel -> kernel.all().stream())
        .toList();
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Tensor y = call.output();
    Shape in = call.input(0).shape();
    long count = y.shape().elementCount();
    if (count == 0) {
      return;
    }
    switch (call.op()) {
      case Patchify op ->
          launch(
              PATCHIFY,
              count,
              call,
              plan,
              count,
              in.dim(1),
              in.dim(2),
              in.dim(3),
              in.dim(4),
              op.patchT(),
              op.patchH(),
              op.patchW());
      case Unpatchify op ->
          launch(
              UNPATCHIFY,
              count,
              call,
              plan,
              count,
              y.shape().dim(1),
              op.frames() / op.patchT(),
              op.height() / op.patchH(),
              op.width() / op.patchW(),
              op.patchT(),
              op.patchH(),
              op.patchW());
      case UpsampleNearest3d op -> {
        Extents.count("elements", count);
        boolean vectors = y.shape().dim(4) % Extents.vector(y) == 0 && Extents.aligned(call, plan);
        long run = vectors ? Extents.vector(y) : 1;
        launch(
            UPSAMPLE,
            count / run,
            call,
            plan,
            count / run,
            run,
            in.dim(2),
            in.dim(3),
            in.dim(4),
            op.scaleT(),
            op.scaleHw());
      }
      default -> throw new IllegalArgumentException(call.op().name());
    }
  }

  private static void launch(
      UnitKernel kernels, long items, OpCall call, LaunchPlan plan, long... counts) {
    PtxKernel kernel = kernels.of(call.output().dtype().byteSize());
    List<KernelArgument> arguments = new ArrayList<>();
    arguments.add(plan.read(call.input(0)));
    arguments.add(plan.write(call.output()));
    for (long count : counts) {
      arguments.add(Extents.count("elements", count));
    }
    plan.launch(
        kernel, Extents.strided(plan, kernel, items), arguments.toArray(KernelArgument[]::new));
  }
}
