package dev.framepack.engine.graph;

import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;

/**
 * What makes a value. A node's position in the graph is the id of its value; operands are ids of
 * earlier nodes.
 */
public sealed interface Node {

  TensorType type();

  /** Ids of the values this one is made from. */
  default List<Integer> operands() {
    return List.of();
  }

  /** The same node in a graph where value {@code id} has become {@code moved[id]}. */
  default Node moved(int[] moved) {
    return this;
  }

  /** Given from outside before each run. */
  record Input(String name, TensorType type) implements Node {}

  /** A model parameter, found by name in the weight store when the graph is compiled. */
  record Weight(String name, TensorType type) implements Node {}

  /** One operation. */
  record Call(Op op, List<Integer> operands, TensorType type, String label) implements Node {
    public Call {
      operands = List.copyOf(operands);
    }

    @Override
    public Call moved(int[] moved) {
      return new Call(op, operands.stream().map(id -> moved[id]).toList(), type, label);
    }
  }

  /** Another shape over the same bytes: never a copy. */
  record Reshape(int source, TensorType type) implements Node {
    @Override
    public List<Integer> operands() {
      return List.of(source);
    }

    @Override
    public Reshape moved(int[] moved) {
      return new Reshape(moved[source], type);
    }
  }
}
