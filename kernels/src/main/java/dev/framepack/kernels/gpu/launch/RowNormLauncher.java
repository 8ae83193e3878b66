package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.LayerNormModulate;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code row_norm.ptx} and {@code row_norm_any.ptx}: norms over the last axis. */
final class RowNormLauncher implements Launcher {
  private static final int THREADS = 128;
  private static final int WARP = 32;
  private static final int VALUES_PER_THREAD = 32;

  /** One kind of norm: rows short enough for a warp, for a block, and all others. */
  private record Kernels(TypedKernel warp, TypedKernel block, TypedKernel any) {

    static Kernels of(String kind) {
      return new Kernels(
          TypedKernel.of(
              kind + "_warp", "row_norm", THREADS, Map.of("KIND", kind, "ROW_THREADS", WARP)),
          TypedKernel.of(
              kind + "_block", "row_norm", THREADS, Map.of("KIND", kind, "ROW_THREADS", THREADS)),
          TypedKernel.of(kind + "_any", "row_norm_any", THREADS, Map.of("KIND", kind)));
    }

    Stream<TypedKernel> all() {
      return Stream.of(warp, block, any);
    }
  }

  private static final Kernels LAYER_NORM = Kernels.of("layer_norm");
  private static final Kernels LAYER_NORM_AFFINE = Kernels.of("layer_norm_affine");
  private static final Kernels LAYER_NORM_MODULATE = Kernels.of("layer_norm_modulate");
  private static final Kernels RMS_NORM = Kernels.of("rms_norm");

  @Override
  public List<PtxKernel> kernels() {
    return Stream.of(LAYER_NORM, LAYER_NORM_AFFINE, LAYER_NORM_MODULATE, RMS_NORM)
        .flatMap(Kernels::all)
        .flatMap(typed -> typed.all().stream())
        .toList();
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Shape shape = call.output().shape();
    if (shape.elementCount() == 0) {
      return;
    }
    long rows = shape.elementCount() / shape.dim(-1);
    switch (call.op()) {
      case LayerNorm op ->
          launch(op.affine() ? LAYER_NORM_AFFINE : LAYER_NORM, rows, op.eps(), call, plan);
      case LayerNormModulate op ->
          launch(
              LAYER_NORM_MODULATE,
              call.input(1).shape().equals(shape) ? 1 : shape.dim(1),
              op.eps(),
              call,
              plan);
      case RmsNorm op -> launch(RMS_NORM, rows, op.eps(), call, plan);
      default -> throw new IllegalArgumentException(call.op().name());
    }
  }

  private static void launch(
      Kernels kernels, long rowsPerVector, float eps, OpCall call, LaunchPlan plan) {
    Tensor y = call.output();
    long width = y.shape().dim(-1);
    long rows = y.shape().elementCount() / width;
    boolean vectors = width % Extents.vector(y) == 0 && Extents.aligned(call, plan);
    boolean warp = vectors && width <= WARP * VALUES_PER_THREAD;
    boolean block = vectors && width <= THREADS * VALUES_PER_THREAD;
    PtxKernel kernel = (warp ? kernels.warp : block ? kernels.block : kernels.any).of(y.dtype());
    long blocks = Math.ceilDiv(rows, warp ? THREADS / WARP : 1);
    List<KernelArgument> arguments = new ArrayList<>();
    call.inputs().forEach(input -> arguments.add(plan.read(input)));
    arguments.add(Extents.output(call, plan));
    arguments.add(Extents.count("rows", rows));
    arguments.add(Extents.count("width", width));
    arguments.add(Extents.count("rows per vector", rowsPerVector));
    arguments.add(KernelArgument.float32(eps));
    plan.launch(
        kernel,
        Dim3.of(Math.min(blocks, Extents.resident(plan, kernel))),
        arguments.toArray(KernelArgument[]::new));
  }
}
