package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Linear by a vendor's library: the bare product into y, or, when more is asked, into scratch as
 * F32 and from there through {@code linear_finish.ptx}, so that there is one rounding here too.
 */
final class LibraryLinear {
  private static final TypedKernel FINISH =
      TypedKernel.of("linear_finish", "linear_finish", 256, Map.of());
  private static final int MOST_ROWS_OF_BLOCKS = 65535;

  private LibraryLinear() {}

  static Collection<PtxKernel> kernels() {
    return FINISH.all();
  }

  /**
   * Adds the launches; nothing in the call is empty.
   *
   * @param parameters of {@code linear_parameters()}, whose first two it replaces
   */
  static void launch(
      MatrixLibrary library, OpCall call, List<KernelArgument> parameters, LaunchPlan plan) {
    Linear op = (Linear) call.op();
    Tensor y = call.output();
    long columns = y.shape().dim(-1);
    long rows = y.shape().elementCount() / columns;
    long depth = call.input(1).shape().dim(1);
    boolean bare = op.equals(new Linear(false, Activation.NONE, Linear.Epilogue.NONE));
    if (bare) {
      multiply(library, call, rows, depth, plan.address(y), y.dtype(), plan);
      return;
    }
    long productBytes = rows * columns * Float.BYTES;
    long product = plan.scratch(productBytes);
    multiply(library, call, rows, depth, product, DType.F32, plan);
    PtxKernel finish = FINISH.of(y.dtype());
    parameters.set(0, KernelArgument.read(product, productBytes));
    parameters.set(1, KernelArgument.int64(0));
    plan.launch(
        finish,
        Dim3.of(Math.ceilDiv(columns, finish.threads()), Math.min(rows, MOST_ROWS_OF_BLOCKS)),
        parameters.toArray(KernelArgument[]::new));
  }

  private static void multiply(
      MatrixLibrary library,
      OpCall call,
      long rows,
      long depth,
      long target,
      DType output,
      LaunchPlan plan) {
    Tensor x = call.input(0);
    Tensor weight = call.input(1);
    long columns = weight.shape().dim(0);
    long bits = plan.address(x) | plan.address(weight) | target;
    int alignment = (int) Math.min(256, Long.lowestOneBit(bits));
    DeviceFunction function =
        library.product(
            new MatrixLibrary.Product(x.dtype(), output, rows, columns, depth, alignment));
    plan.launch(
        function,
        plan.read(x),
        plan.read(weight),
        KernelArgument.write(target, rows * columns * output.byteSize()));
  }
}
