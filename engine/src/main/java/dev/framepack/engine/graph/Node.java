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

  /** Given from outside before each run. */
  record Input(String name, TensorType type) implements Node {}

  /** A model parameter, found by name in the weight store when the graph is compiled. */
  record Weight(String name, TensorType type) implements Node {}

  /** One operation. */
  record Call(Op op, List<Integer> operands, TensorType type, String label) implements Node {
    public Call {
      operands = List.copyOf(operands);
    }
  }

  /** Another shape over the same bytes: never a copy. */
  record Reshape(int source, TensorType type) implements Node {}
}
