package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.tensor.Shape;

/**
 * Latents to tokens: a 3-D convolution whose kernel is its stride, written as patchify and Linear.
 *
 * @param linear the convolution's weight under the shape {@code [D, C pt ph pw]}
 */
record PatchEmbedding(PatchSize patch, LinearLayer linear) {

  static PatchEmbedding of(
      ParameterScope scope, String name, PatchSize patch, int channels, int width) {
    Parameter weight =
        scope.of(name + ".weight", width, channels, patch.frames(), patch.height(), patch.width());
    Parameter bias = scope.of(name + ".bias", width);
    Shape rows = Shape.of(width, (long) channels * patch.volume());
    return new PatchEmbedding(patch, new LinearLayer(new Parameter(weight.name(), rows), bias));
  }

  /** latents {@code [B, C, frames, height, width]} to {@code [B, tokens, D]}, frame-major. */
  Value apply(GraphBuilder g, Value latents) {
    return linear.apply(g, g.op(patch.patchify(), latents));
  }
}
