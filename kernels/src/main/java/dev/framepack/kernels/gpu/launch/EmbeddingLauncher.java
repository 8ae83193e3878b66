package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.CallCheck;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * {@code embedding.ptx}. An id outside the table becomes an exception after the program's run: a
 * trap would cost the process its device, and ids are known on the device alone.
 */
final class EmbeddingLauncher implements Launcher {
  private static final UnitKernel KERNEL = UnitKernel.of("embedding", 256, Map.of(), 2, 16);

  @Override
  public List<PtxKernel> kernels() {
    return List.copyOf(KERNEL.all());
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Tensor ids = call.input(0);
    Tensor table = call.input(1); // [V, D]
    Tensor y = call.output();
    if (y.byteSize() == 0) {
      return;
    }
    long rowBytes = table.shape().dim(1) * table.dtype().byteSize();
    int unit = KERNEL.unit(rowBytes, plan.address(table), plan.address(y));
    PtxKernel kernel = KERNEL.of(unit);
    long units = y.byteSize() / unit;
    plan.launch(
        kernel,
        Extents.strided(plan, kernel, units),
        plan.read(ids),
        plan.read(table),
        plan.write(y),
        plan.fault(word -> outside(call, word)),
        Extents.count("ids", ids.shape().elementCount()),
        Extents.count("units", units),
        Extents.count("units of a row", rowBytes / unit),
        Extents.count("table rows", table.shape().dim(0)));
  }

  /**
   * @param word the complement of the position above the id, 32 bits each
   */
  private static KernelException outside(OpCall call, long word) {
    String message =
        "id %s at position %s is outside the table of %s rows"
            .formatted((int) word, ~(word >>> 32) & 0xFFFF_FFFFL, call.input(1).shape().dim(0));
    return CallCheck.failure(call, new KernelException(message));
  }
}
