package dev.framepack.bench.device;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;

/** Weights drawn on the device: matrices normal with variance 1 / inputs, vectors 0.02 normal. */
final class RandomDraw {
  private static final float VECTOR_DEVIATION = 0.02f;

  private RandomDraw() {}

  /** Fills a weight; the same name, the same values. */
  static void draw(GpuBackend backend, Parameter parameter, Tensor weight) {
    Shape shape = parameter.shape();
    float deviation =
        shape.rank() >= 2
            ? (float) (1 / Math.sqrt(Math.max(1, shape.product(1, shape.rank()))))
            : VECTOR_DEVIATION;
    backend.fillNormal(weight, parameter.name().hashCode(), deviation);
  }
}
