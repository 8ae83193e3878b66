package dev.framepack.kernels.gpu.launch;

import static dev.framepack.kernels.gpu.device.KernelArgument.float32;
import static dev.framepack.kernels.gpu.device.KernelArgument.int32;
import static dev.framepack.kernels.gpu.device.KernelArgument.int64;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.GroupNorm;
import dev.framepack.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Group normalisation: {@code group_norm_small.ptx}, or statistics, combine and apply. */
final class GroupNormLauncher implements Launcher {
  private static final int THREADS = 256;
  private static final int COMBINE_THREADS = 64;
  private static final int CHUNK = 32 * THREADS;
  private static final int APPLY_STEPS = 4;
  private static final int MOMENTS_BYTES = 2 * Float.BYTES;
  private static final PtxKernel COMBINE =
      PtxKernel.of(
          "group_norm_combine", "group_norm_combine", COMBINE_THREADS, Map.of("CHUNK", CHUNK));

  @Override
  public List<PtxKernel> kernels() {
    List<PtxKernel> all = new ArrayList<>(List.of(COMBINE));
    for (boolean vectors : new boolean[] {true, false}) {
      all.addAll(statistics(vectors).all());
      for (Activation activation : List.of(Activation.NONE, Activation.SILU)) {
        all.addAll(small(activation, vectors).all());
        all.addAll(apply(activation, vectors).all());
      }
    }
    return all;
  }

  private static TypedKernel statistics(boolean vectors) {
    return TypedKernel.of(
        "group_norm_statistics_" + accesses(vectors),
        "group_norm_statistics",
        THREADS,
        Map.of("VECTORS", vectors));
  }

  private static TypedKernel small(Activation activation, boolean vectors) {
    return activated("group_norm_small", activation, vectors);
  }

  private static TypedKernel apply(Activation activation, boolean vectors) {
    return activated("group_norm_apply", activation, vectors);
  }

  private static TypedKernel activated(String file, Activation activation, boolean vectors) {
    String word = activation.name().toLowerCase(Locale.ROOT);
    return TypedKernel.of(
        file + "_" + word + "_" + accesses(vectors),
        file,
        THREADS,
        Map.of("VECTORS", vectors, "ACTIVATION", word));
  }

  private static String accesses(boolean vectors) {
    return vectors ? "vectors" : "elements";
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Shape shape = call.output().shape(); // [B, C, ...]
    if (shape.elementCount() == 0) {
      return;
    }
    long positions = shape.product(2, shape.rank());
    boolean vectors = positions % Extents.vector(call.output()) == 0 && Extents.aligned(call, plan);
    GroupNorm op = (GroupNorm) call.op();
    long groupElements = shape.dim(1) / op.groups() * positions;
    if (groupElements <= CHUNK) {
      launchSmall(op, call, plan, vectors);
    } else {
      launchLarge(op, call, plan, vectors);
    }
  }

  private static void launchSmall(GroupNorm op, OpCall call, LaunchPlan plan, boolean vectors) {
    Shape shape = call.output().shape(); // [B, C, ...]
    plan.launch(
        small(op.activation(), vectors).of(call.output().dtype()),
        Dim3.of(shape.dim(0) * op.groups()),
        plan.read(call.input(0)),
        plan.read(call.input(1)),
        plan.read(call.input(2)),
        Extents.output(call, plan),
        int32(op.groups()),
        int32(shape.dim(1) / op.groups()),
        int32(shape.product(2, shape.rank())),
        float32(op.eps()));
  }

  private static void launchLarge(GroupNorm op, OpCall call, LaunchPlan plan, boolean vectors) {
    Shape shape = call.output().shape(); // [B, C, ...]
    long groups = shape.dim(0) * op.groups();
    long planes = shape.dim(0) * shape.dim(1);
    long positions = shape.product(2, shape.rank());
    long count = shape.dim(1) / op.groups() * positions;
    long chunks = Math.ceilDiv(count, CHUNK);
    long statisticsBytes = groups * chunks * MOMENTS_BYTES;
    long statistics = plan.scratch(statisticsBytes);
    long moments = plan.scratch(groups * MOMENTS_BYTES);
    plan.launch(
        statistics(vectors).of(call.output().dtype()),
        Dim3.of(groups * chunks),
        plan.read(call.input(0)),
        KernelArgument.write(statistics, statisticsBytes),
        int64(count),
        int32(chunks));
    plan.launch(
        COMBINE,
        Dim3.of(groups),
        KernelArgument.read(statistics, statisticsBytes),
        KernelArgument.write(moments, groups * MOMENTS_BYTES),
        int64(count),
        int32(chunks),
        float32(op.eps()));
    long pieces = vectors ? positions / Extents.vector(call.output()) : positions;
    long blocks = Math.ceilDiv(pieces, (long) APPLY_STEPS * THREADS);
    plan.launch(
        apply(op.activation(), vectors).of(call.output().dtype()),
        Dim3.of(planes * blocks),
        plan.read(call.input(0)),
        plan.read(call.input(1)),
        plan.read(call.input(2)),
        KernelArgument.read(moments, groups * MOMENTS_BYTES),
        Extents.output(call, plan),
        int32(shape.dim(1)),
        int32(shape.dim(1) / op.groups()),
        int32(pieces),
        int32(blocks));
  }
}
