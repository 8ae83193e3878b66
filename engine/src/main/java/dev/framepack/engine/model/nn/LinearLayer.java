package dev.framepack.engine.model.nn;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Linear;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x W^T + b} over the last axis; weight {@code [outputs, inputs]}, bias {@code
 * [outputs]} or none.
 */
public record LinearLayer(Parameter weight, @Nullable Parameter bias) {

  /** Declares {@code name.weight} and {@code name.bias}. */
  public static LinearLayer of(ParameterScope scope, String name, long inputs, long outputs) {
    return new LinearLayer(
        scope.of(name + ".weight", outputs, inputs), scope.of(name + ".bias", outputs));
  }

  /** Declares {@code name.weight} alone. */
  public static LinearLayer withoutBias(
      ParameterScope scope, String name, long inputs, long outputs) {
    return new LinearLayer(scope.of(name + ".weight", outputs, inputs), null);
  }

  /** Names of weight and bias. */
  public Set<String> names() {
    return bias == null ? Set.of(weight.name()) : Set.of(weight.name(), bias.name());
  }

  /** x {@code [..., inputs]} to {@code [..., outputs]}. */
  public Value apply(GraphBuilder g, Value x) {
    return bias == null
        ? g.op(Linear.plain(false), x, g.weight(weight))
        : g.op(Linear.plain(true), x, g.weight(weight), g.weight(bias));
  }
}
