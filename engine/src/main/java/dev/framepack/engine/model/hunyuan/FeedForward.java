package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;

/** Linear, activation, Linear under the names {@code net.0.proj} and {@code net.2}. */
record FeedForward(LinearLayer in, Activation activation, LinearLayer out) {

  static FeedForward of(ParameterScope scope, long width, long hidden, Activation activation) {
    return new FeedForward(
        LinearLayer.of(scope, "net.0.proj", width, hidden),
        activation,
        LinearLayer.of(scope, "net.2", hidden, width));
  }

  /** x {@code [..., width]}. */
  Value apply(GraphBuilder g, Value x) {
    return out.apply(g, g.op(new Activate(activation), in.apply(g, x)));
  }
}
