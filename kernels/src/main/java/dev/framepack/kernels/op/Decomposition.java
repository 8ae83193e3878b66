package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * A fused operation written as simpler ones. Operands are numbered: {@code 0..n-1} are the fused
 * operation's inputs, then each step's output takes the next number; the last step's output is the
 * result.
 */
public record Decomposition(List<Step> steps) {

  /** One simpler operation and the numbers of its operands. */
  public record Step(Op op, List<Integer> operands) {
    public Step {
      operands = List.copyOf(operands);
    }
  }

  public Decomposition {
    steps = List.copyOf(steps);
  }

  static Step step(Op op, Integer... operands) {
    return new Step(op, List.of(operands));
  }

  /** Type of every step's output, in order, for the fused operation's input types. */
  public List<TensorType> infer(List<TensorType> inputs) {
    List<TensorType> types = new ArrayList<>(inputs);
    for (Step step : steps) {
      types.add(step.op().infer(step.operands().stream().map(types::get).toList()));
    }
    return List.copyOf(types.subList(inputs.size(), types.size()));
  }
}
