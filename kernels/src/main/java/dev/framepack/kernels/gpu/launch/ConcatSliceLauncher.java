package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.launch.RowCopies.Rows;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.util.List;

/** Concat and slice: copies of rows, of which one side is longer. */
final class ConcatSliceLauncher implements Launcher {

  @Override
  public List<PtxKernel> kernels() {
    return List.copyOf(RowCopies.kernels());
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Tensor y = call.output();
    switch (call.op()) {
      case Concat op -> {
        int axis = y.shape().axis(op.axis());
        long target = plan.address(y);
        for (Tensor x : call.inputs()) {
          long bytes = rowBytes(x, axis);
          Rows from = new Rows(plan.address(x), bytes);
          Rows to = new Rows(target, rowBytes(y, axis));
          RowCopies.launch(plan, from, to, x.shape().product(0, axis), bytes);
          target += bytes;
        }
      }
      case Slice op -> {
        Tensor x = call.input(0);
        int axis = y.shape().axis(op.axis());
        Shape shape = x.shape();
        long start = op.start() * shape.product(axis + 1, shape.rank()) * x.dtype().byteSize();
        Rows from = new Rows(plan.address(x) + start, rowBytes(x, axis));
        Rows to = new Rows(plan.address(y), rowBytes(y, axis));
        RowCopies.launch(plan, from, to, shape.product(0, axis), rowBytes(y, axis));
      }
      default -> throw new IllegalArgumentException(call.op().name());
    }
  }

  /** Bytes of the axes from {@code axis} on. */
  private static long rowBytes(Tensor tensor, int axis) {
    Shape shape = tensor.shape();
    return shape.product(axis, shape.rank()) * tensor.dtype().byteSize();
  }
}
