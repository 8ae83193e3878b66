package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;

/** Linear, SiLU, Linear: the form of every embedding network of the model. */
record SiluMlp(LinearLayer in, LinearLayer out) {

  /** The two layers {@code linear_1} and {@code linear_2} of an embedder. */
  static SiluMlp embedder(ParameterScope scope, long inputs, long width) {
    return new SiluMlp(
        LinearLayer.of(scope, "linear_1", inputs, width),
        LinearLayer.of(scope, "linear_2", width, width));
  }

  /** x {@code [..., inputs]} to {@code [..., outputs]}. */
  Value apply(GraphBuilder g, Value x) {
    return out.apply(g, g.op(new Activate(Activation.SILU), in.apply(g, x)));
  }
}
