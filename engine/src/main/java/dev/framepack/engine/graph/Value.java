package dev.framepack.engine.graph;

import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;

/**
 * A tensor that a graph will compute: its number in the graph and its type. Bytes exist only when
 * the graph runs.
 */
public record Value(int id, TensorType type) {

  public Shape shape() {
    return type.shape();
  }

  /** Size of one axis; negative axes count from the end. */
  public int size(int axis) {
    return type.shape().size(axis);
  }
}
