package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Linear} by {@code linear_vector.ptx}, {@code linear_tile.ptx}, {@code linear_wgmma.ptx}.
 */
final class LinearLauncher implements Launcher {
  private static final int WARPS_PER_VECTOR_BLOCK = 4;
  private static final int VECTOR_COLUMNS = 2;
  private static final int VECTORS_COLUMNS = 4;
  private static final TypedKernel VECTOR = vector("linear_vector", 1, VECTOR_COLUMNS);
  private static final TypedKernel VECTORS =
      vector("linear_vectors", LinearVariant.MOST_VECTOR_ROWS, VECTORS_COLUMNS);
  private static final TypedKernel TILE = tile("linear_tile", 128, 256, 3, true);
  private static final TypedKernel SMALL = tile("linear_tile_small", 64, 128, 4, true);
  private static final TypedKernel UNALIGNED = tile("linear_tile_unaligned", 64, 128, 4, false);

  private static TypedKernel vector(String name, int rows, int columns) {
    return TypedKernel.of(
        name,
        "linear_vector",
        32 * WARPS_PER_VECTOR_BLOCK,
        Map.of("ROWS", rows, "COLUMNS", columns));
  }

  private static TypedKernel tile(String name, int tile, int threads, int stages, boolean aligned) {
    return TypedKernel.of(
        name,
        "linear_tile",
        threads,
        Map.of("TILE", tile, "STAGES", stages, "ALIGNED", aligned ? 1 : 0));
  }

  @Override
  public List<PtxKernel> kernels() {
    return Stream.concat(
            Stream.of(VECTOR, VECTORS, TILE, SMALL, UNALIGNED)
                .flatMap(typed -> typed.all().stream()),
            Stream.concat(LinearWgmma.kernels().stream(), LibraryLinear.kernels().stream()))
        .toList();
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Tensor y = call.output();
    if (y.shape().elementCount() == 0) {
      return;
    }
    MatrixLibrary library = plan.matrixLibrary();
    if (library != null && call.input(1).shape().dim(1) > 0) {
      LibraryLinear.launch(library, call, arguments(call, plan), plan);
      return;
    }
    long columns = y.shape().dim(-1);
    long rows = y.shape().elementCount() / columns;
    long depth = call.input(1).shape().dim(1);
    boolean aligned =
        aligned(call.input(0), plan)
            && aligned(call.input(1), plan)
            && depth > 0
            && depth % Extents.vector(y) == 0;
    switch (LinearVariant.of(y.dtype(), rows, columns, aligned, plan.device())) {
      case VECTOR -> vectors(VECTOR, VECTOR_COLUMNS, aligned, call, plan);
      case VECTORS -> vectors(VECTORS, VECTORS_COLUMNS, aligned, call, plan);
      case UNALIGNED -> tiles(UNALIGNED, 64, call, plan);
      case SMALL -> tiles(SMALL, 64, call, plan);
      case TILE -> tiles(TILE, 128, call, plan);
      case WGMMA_NARROW -> LinearWgmma.NARROW.launch(call, epilogue(call, plan), plan);
      case WGMMA -> LinearWgmma.WIDE.launch(call, epilogue(call, plan), plan);
    }
  }

  private static boolean aligned(Tensor tensor, LaunchPlan plan) {
    return plan.address(tensor) % Extents.VECTOR_BYTES == 0;
  }

  private static void vectors(
      TypedKernel kernel, int columnsPerWarp, boolean aligned, OpCall call, LaunchPlan plan) {
    Tensor y = call.output();
    long blocks = Math.ceilDiv(y.shape().dim(-1), (long) WARPS_PER_VECTOR_BLOCK * columnsPerWarp);
    List<KernelArgument> arguments = arguments(call, plan);
    arguments.add(flag(aligned));
    launch(kernel, blocks, arguments, call, plan);
  }

  private static void tiles(TypedKernel kernel, int tile, OpCall call, LaunchPlan plan) {
    long columns = call.output().shape().dim(-1);
    long rows = call.output().shape().elementCount() / columns;
    long blocks = LinearVariant.tiles(rows, columns, tile, tile);
    launch(kernel, blocks, arguments(call, plan), call, plan);
  }

  private static void launch(
      TypedKernel kernel,
      long blocks,
      List<KernelArgument> arguments,
      OpCall call,
      LaunchPlan plan) {
    plan.launch(
        kernel.of(call.output().dtype()),
        Dim3.of(blocks),
        arguments.toArray(KernelArgument[]::new));
  }

  private static List<KernelArgument> arguments(OpCall call, LaunchPlan plan) {
    List<KernelArgument> arguments = new ArrayList<>();
    arguments.add(plan.read(call.input(0)));
    arguments.add(plan.read(call.input(1)));
    arguments.addAll(epilogue(call, plan));
    return arguments;
  }

  /** {@code linear_parameters()} of {@code include/linear_epilogue.ptx} after x and W. */
  private static List<KernelArgument> epilogue(OpCall call, LaunchPlan plan) {
    Linear op = (Linear) call.op();
    Shape y = call.output().shape();
    Shape weight = call.input(1).shape();
    int next = op.epilogueInput();
    boolean gated = op.epilogue() == Linear.Epilogue.GATED_RESIDUAL;
    @Nullable Tensor bias = op.bias() ? call.input(2) : null;
    @Nullable Tensor residual = op.epilogue() == Linear.Epilogue.NONE ? null : call.input(next);
    @Nullable Tensor gate = gated ? call.input(next + 1) : null;
    List<KernelArgument> arguments = new ArrayList<>();
    arguments.add(optional(bias, plan));
    arguments.add(optional(residual, plan));
    arguments.add(optional(gate, plan));
    arguments.add(Extents.output(call, plan));
    arguments.add(Extents.count("rows", y.elementCount() / y.dim(-1)));
    arguments.add(Extents.count("columns", weight.dim(0)));
    arguments.add(Extents.count("depth", weight.dim(1)));
    arguments.add(Extents.count("rows per gate", rowsPerGate(gate, y)));
    arguments.add(KernelArgument.int32(op.activation().ordinal()));
    arguments.add(flag(wholeFours(call, plan)));
    return arguments;
  }

  private static KernelArgument optional(@Nullable Tensor tensor, LaunchPlan plan) {
    return tensor == null ? KernelArgument.int64(0) : plan.read(tensor);
  }

  private static KernelArgument flag(boolean value) {
    return KernelArgument.int32(value ? 1 : 0);
  }

  /** A gate [B, N] serves the T rows of a sample, a gate [B, T, N] one row. */
  private static long rowsPerGate(@Nullable Tensor gate, Shape y) {
    return gate == null || gate.shape().equals(y) ? 1 : y.dim(1);
  }

  /** True when four neighbouring columns of every operand of the epilogue are one access. */
  private static boolean wholeFours(OpCall call, LaunchPlan plan) {
    Tensor y = call.output();
    long bytes = 4L * y.dtype().byteSize();
    return y.shape().dim(-1) % 4 == 0
        && Stream.concat(call.inputs().stream().skip(2), Stream.of(y))
            .allMatch(tensor -> plan.address(tensor) % bytes == 0);
  }
}
