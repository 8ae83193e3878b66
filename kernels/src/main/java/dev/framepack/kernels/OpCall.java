package dev.framepack.kernels;

import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.tensor.Tensor;
import java.util.List;

/**
 * One operation fixed to its tensors. The output never overlaps an input, except exactly over one
 * that {@link Op#mayOverwrite} allows.
 *
 * @param label where in the model the call stands, for messages and profiles
 */
public record OpCall(Op op, List<Tensor> inputs, Tensor output, String label) {
  public OpCall {
    inputs = List.copyOf(inputs);
  }

  public Tensor input(int index) {
    return inputs.get(index);
  }
}
