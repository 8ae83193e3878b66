package dev.framepack.weights;

import java.util.Set;

/** Named tensors whose types and shapes are known; their data may not be at hand. */
public interface WeightSource {
  /** All tensor names, in the order of the file (or files). */
  Set<String> names();

  /**
   * Type and shape of one tensor.
   *
   * @throws WeightException {@code MODEL_TENSOR_MISSING} when there is no such name
   */
  TensorInfo info(String name);
}
