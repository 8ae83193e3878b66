package dev.framepack.engine.model.nn;

import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.Arena;

/** I32 inputs of a graph: token ids and positions. */
public final class TokenInput {
  private TokenInput() {}

  public static Value declare(GraphBuilder g, String name, long... dims) {
    return g.input(name, new TensorType(Shape.of(dims), DType.I32));
  }

  /** Writes as many values as the tensor holds. */
  public static void upload(Backend backend, int[] values, Tensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      backend.upload(HostValues.segment(arena, values), tensor);
    }
  }
}
