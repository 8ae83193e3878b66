package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;

/** Image encoder states to condition tokens: {@code down(SiLU(up(x)))} (spec section 2). */
record ImageProjection(SiluMlp mlp) {

  /** The hidden width is this many times the token width. */
  private static final int HIDDEN_RATIO = 3;

  static ImageProjection of(ParameterScope scope, long imageWidth, long width) {
    return new ImageProjection(
        new SiluMlp(
            LinearLayer.of(scope, "up", imageWidth, HIDDEN_RATIO * width),
            LinearLayer.of(scope, "down", HIDDEN_RATIO * width, width)));
  }

  /** imageEmbeds {@code [B, I, imageWidth]} to {@code [B, I, D]}. */
  Value apply(GraphBuilder g, Value imageEmbeds) {
    return mlp.apply(g, imageEmbeds);
  }
}
