package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.GuidanceRescale;
import dev.framepack.kernels.op.MaskedMean;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code masked_mean.ptx}, {@code relative_l1.ptx}, {@code guidance_rescale.ptx}. */
final class ReductionLauncher implements Launcher {
  private static final int THREADS = 256;
  private static final int COLUMNS = 32;

  /** Two sums of one block, in fp32. */
  private static final int PART_BYTES = 2 * Float.BYTES;

  /** Elements for which a block of a two-stage sum is worth starting. */
  private static final int SHARE = 16 * THREADS;

  private static final int MOST_L1_BLOCKS = 1024;

  private static final TypedKernel MASKED_MEAN =
      TypedKernel.of("masked_mean", "masked_mean", THREADS, Map.of());
  private static final TypedKernel L1_PARTS =
      TypedKernel.of("relative_l1_parts", "relative_l1", THREADS, Map.of("STAGE", "parts"));
  private static final PtxKernel L1_RATIO =
      PtxKernel.of(
          "relative_l1_ratio", "relative_l1", THREADS, Map.of("STAGE", "ratio", "T", "f32"));
  private static final TypedKernel RESCALE_SUMS = rescale("sums");
  private static final TypedKernel RESCALE_SQUARES = rescale("squares");
  private static final TypedKernel RESCALE_APPLY = rescale("apply");

  private static TypedKernel rescale(String stage) {
    return TypedKernel.of(
        "guidance_rescale_" + stage, "guidance_rescale", THREADS, Map.of("STAGE", stage));
  }

  @Override
  public List<PtxKernel> kernels() {
    return Stream.concat(
            Stream.of(MASKED_MEAN, L1_PARTS, RESCALE_SUMS, RESCALE_SQUARES, RESCALE_APPLY)
                .flatMap(typed -> typed.all().stream()),
            Stream.of(L1_RATIO))
        .toList();
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    if (call.output().byteSize() == 0) {
      return;
    }
    switch (call.op()) {
      case MaskedMean _ -> maskedMean(call, plan);
      case RelativeL1 _ -> relativeL1(call, plan);
      case GuidanceRescale _ -> guidanceRescale(call, plan);
      default -> throw new IllegalArgumentException(call.op().name());
    }
  }

  private static void maskedMean(OpCall call, LaunchPlan plan) {
    Tensor x = call.input(0); // [B, N, D]
    long columnBlocks = Math.ceilDiv(x.shape().dim(2), COLUMNS);
    Extents.count("rows", x.shape().product(0, 2));
    plan.launch(
        MASKED_MEAN.of(x.dtype()),
        Dim3.of(columnBlocks * x.shape().dim(0)),
        plan.read(x),
        plan.read(call.input(1)),
        plan.write(call.output()),
        Extents.count("tokens", x.shape().dim(1)),
        Extents.count("width", x.shape().dim(2)),
        Extents.count("column blocks", columnBlocks));
  }

  private static void relativeL1(OpCall call, LaunchPlan plan) {
    Tensor a = call.input(0);
    Tensor b = call.input(1);
    long count = a.shape().elementCount();
    boolean aligned = (plan.address(a) | plan.address(b)) % Extents.VECTOR_BYTES == 0;
    long blocks = Math.clamp(Math.ceilDiv(count, SHARE), 1, MOST_L1_BLOCKS);
    long part = plan.scratch(blocks * PART_BYTES);
    plan.launch(
        L1_PARTS.of(a.dtype()),
        Dim3.of(blocks),
        plan.read(a),
        plan.read(b),
        KernelArgument.write(part, blocks * PART_BYTES),
        Extents.count("vectors", aligned ? count / Extents.vector(a) : 0),
        Extents.count("elements", count));
    plan.launch(
        L1_RATIO,
        Dim3.of(1),
        KernelArgument.read(part, blocks * PART_BYTES),
        plan.write(call.output()),
        Extents.count("parts", blocks));
  }

  private static void guidanceRescale(OpCall call, LaunchPlan plan) {
    Shape shape = call.output().shape();
    DType type = call.output().dtype();
    long samples = shape.dim(0);
    long size = shape.product(1, shape.rank());
    long blocks = Math.clamp(Math.ceilDiv(size, SHARE), 1, THREADS);
    long bytes = samples * blocks * PART_BYTES;
    long sums = plan.scratch(bytes);
    long squares = plan.scratch(bytes);
    KernelArgument blockCount = Extents.count("blocks", blocks);
    Extents.count("bytes of a sample", size * type.byteSize());
    KernelArgument sampleSize = Extents.count("elements of a sample", size);
    Dim3 grid = Dim3.of(samples * blocks);
    KernelArgument r = plan.read(call.input(0));
    KernelArgument guided = plan.read(call.input(1));
    KernelArgument positive = plan.read(call.input(2));
    plan.launch(
        RESCALE_SUMS.of(type),
        grid,
        guided,
        positive,
        KernelArgument.write(sums, bytes),
        blockCount,
        sampleSize);
    plan.launch(
        RESCALE_SQUARES.of(type),
        grid,
        guided,
        positive,
        KernelArgument.read(sums, bytes),
        KernelArgument.write(squares, bytes),
        blockCount,
        sampleSize);
    plan.launch(
        RESCALE_APPLY.of(type),
        grid,
        r,
        guided,
        KernelArgument.read(squares, bytes),
        Extents.output(call, plan),
        blockCount,
        sampleSize);
  }
}
