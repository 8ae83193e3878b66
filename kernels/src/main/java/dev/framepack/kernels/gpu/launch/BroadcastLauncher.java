package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.op.GatedResidual;
import dev.framepack.kernels.op.GaussianSample;
import dev.framepack.kernels.op.Modulate;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code broadcast.ptx}: add, modulate, gated_residual, crossfade, gaussian_sample. */
final class BroadcastLauncher implements Launcher {
  private static final int THREADS = 256;
  private static final TypedKernel ADD = kernel("add");
  private static final TypedKernel MODULATE = kernel("modulate");
  private static final TypedKernel GATED_RESIDUAL = kernel("gated_residual");
  private static final TypedKernel CROSSFADE = kernel("crossfade");
  private static final PtxKernel GAUSSIAN_SAMPLE =
      PtxKernel.of(
          "gaussian_sample", "broadcast", THREADS, Map.of("OP", "gaussian_sample", "T", "f32"));

  private static TypedKernel kernel(String op) {
    return TypedKernel.of(op, "broadcast", THREADS, Map.of("OP", op));
  }

  /** How the kernel reads the mapped operand of one vector. */
  private enum Mode {
    SAME,
    ALONG,
    ONE,
    SINGLY
  }

  /** Element i of the output goes with {@code i / outer * outerStride + i / inner % period}. */
  private record IndexMap(long outer, long outerStride, long inner, long period) {

    /** The mapped operand repeats itself every {@code period} elements. */
    static IndexMap repeated(long count, long period) {
      return new IndexMap(count, 0, 1, period);
    }

    /** A vector per sample, or one per token, which is every element its own. */
    static IndexMap perSample(Shape x, Shape vector) {
      return vector.equals(x)
          ? repeated(x.elementCount(), x.elementCount())
          : new IndexMap(x.product(1, 3), x.dim(2), 1, x.dim(2));
    }

    Mode mode(long count, int vector) {
      if (inner == 1 && period == count) {
        return Mode.SAME;
      }
      if (inner == 1 && period % vector == 0) {
        return Mode.ALONG;
      }
      return inner % vector == 0 ? Mode.ONE : Mode.SINGLY;
    }
  }

  @Override
  public List<PtxKernel> kernels() {
    return Stream.concat(
            Stream.of(ADD, MODULATE, GATED_RESIDUAL, CROSSFADE)
                .flatMap(typed -> typed.all().stream()),
            Stream.of(GAUSSIAN_SAMPLE))
        .toList();
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Tensor y = call.output();
    Shape shape = y.shape();
    long count = shape.elementCount();
    if (count == 0) {
      return;
    }
    switch (call.op()) {
      case Add _ ->
          launch(
              ADD.of(y.dtype()),
              IndexMap.repeated(count, call.input(1).shape().elementCount()),
              call,
              plan);
      case Modulate _ ->
          launch(
              MODULATE.of(y.dtype()), IndexMap.perSample(shape, call.input(1).shape()), call, plan);
      case GatedResidual _ ->
          launch(
              GATED_RESIDUAL.of(y.dtype()),
              IndexMap.perSample(shape, call.input(1).shape()),
              call,
              plan);
      case Crossfade op -> {
        int axis = shape.axis(op.axis());
        long inner = shape.product(axis + 1, shape.rank());
        launch(CROSSFADE.of(y.dtype()), new IndexMap(count, 0, inner, shape.dim(axis)), call, plan);
      }
      case GaussianSample _ -> {
        long sample = shape.product(1, shape.rank());
        launch(GAUSSIAN_SAMPLE, new IndexMap(sample, 2 * sample, 1, sample), call, plan);
      }
      default -> throw new IllegalArgumentException(call.op().name());
    }
  }

  private static void launch(PtxKernel kernel, IndexMap map, OpCall call, LaunchPlan plan) {
    Tensor y = call.output();
    long count = y.shape().elementCount();
    long vectors = Extents.vectors(call, plan);
    List<KernelArgument> arguments = new ArrayList<>();
    call.inputs().forEach(input -> arguments.add(plan.read(input)));
    arguments.add(Extents.output(call, plan));
    arguments.add(Extents.count("vectors", vectors));
    arguments.add(Extents.count("elements", count));
    arguments.add(KernelArgument.int32(map.mode(count, Extents.vector(y)).ordinal()));
    arguments.add(Extents.count("outer", map.outer));
    arguments.add(Extents.count("outer stride", map.outerStride));
    arguments.add(Extents.count("inner", map.inner));
    arguments.add(Extents.count("period", map.period));
    plan.launch(
        kernel,
        Extents.strided(plan, kernel, Math.max(vectors, count - vectors * Extents.vector(y))),
        arguments.toArray(KernelArgument[]::new));
  }
}
