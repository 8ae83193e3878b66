package dev.framepack.engine.pipeline;

import dev.framepack.engine.graph.HostValues;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.tensor.Tensor;
import java.util.List;

/**
 * Whether all values of a tensor are numbers, told by one pass over them where they lie: one that
 * is not makes x - x, and so the sum, a NaN. So does a tensor of zeros, which is looked at on the
 * host.
 */
final class FiniteCheck {
  private FiniteCheck() {}

  /**
   * Looks.
   *
   * @param values F32
   * @param scalar F32 {@code [1]}, overwritten
   */
  static boolean isFinite(Backend backend, Tensor values, Tensor scalar) {
    FrameJoin.execute(
        backend, List.of(new OpCall(new RelativeL1(), List.of(values, values), scalar, "finite")));
    if (Float.isFinite(HostValues.download(backend, scalar)[0])) {
      return true;
    }
    for (float value : HostValues.download(backend, values)) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
