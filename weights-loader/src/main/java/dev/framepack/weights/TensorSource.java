package dev.framepack.weights;

/** Named tensors with their data. */
public interface TensorSource extends WeightSource {
  /**
   * One tensor. Its data stays valid until the source is closed.
   *
   * @throws WeightException {@code MODEL_TENSOR_MISSING} when there is no such name
   * @throws IllegalStateException when the source was opened for headers only, or is closed
   */
  WeightTensor tensor(String name);

  /** Sum of the element counts of all tensors. */
  default long parameterCount() {
    long total = 0;
    for (String name : names()) {
      total = Math.addExact(total, info(name).elementCount());
    }
    return total;
  }
}
