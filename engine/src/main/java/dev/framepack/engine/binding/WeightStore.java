package dev.framepack.engine.binding;

import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;

/** The weights of one component, in the memory of one backend, by name. */
public interface WeightStore extends AutoCloseable {

  /**
   * The tensor of a weight under the given shape. The same name and shape always give the same
   * object, so that backends repack a weight once however many graphs use it.
   *
   * @throws IllegalArgumentException when there is no such weight
   */
  Tensor tensor(String name, Shape shape);

  /** The types of all weights. */
  WeightTypes types();

  /** Bytes the weights take of the backend's memory; what is streamed is not among them. */
  long byteSize();

  @Override
  void close();
}
