package dev.framepack.engine.model.nn;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.LayerNorm;

/** Layer normalisation with learned weight and bias {@code [width]}. */
public record LayerNormLayer(Parameter weight, Parameter bias, float eps) {

  public static LayerNormLayer of(ParameterScope scope, String name, long width, float eps) {
    return new LayerNormLayer(
        scope.of(name + ".weight", width), scope.of(name + ".bias", width), eps);
  }

  /** x {@code [..., width]}. */
  public Value apply(GraphBuilder g, Value x) {
    return g.op(new LayerNorm(true, eps), x, g.weight(weight), g.weight(bias));
  }
}
