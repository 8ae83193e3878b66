package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.op.RmsNorm;
import org.jspecify.annotations.Nullable;

/**
 * Tokens to one of q, k and v: a Linear split into heads, then an RMS norm per head where there is
 * one.
 */
record HeadProjection(LinearLayer linear, @Nullable Parameter norm, int headDim) {

  /** {@code name} without a norm (values, and everything in the text refiner). */
  static HeadProjection of(ParameterScope scope, String name, HeadLayout heads) {
    return new HeadProjection(
        LinearLayer.of(scope, name, heads.width(), heads.width()), null, heads.headDim());
  }

  /** {@code name} followed by the RMS norm {@code normName}. */
  static HeadProjection normalized(
      ParameterScope scope, String name, String normName, HeadLayout heads) {
    return new HeadProjection(
        LinearLayer.of(scope, name, heads.width(), heads.width()),
        scope.of(normName + ".weight", heads.headDim()),
        heads.headDim());
  }

  /** x {@code [B, N, D]} to {@code [B, N, heads, headDim]}. */
  Value apply(GraphBuilder g, Value x) {
    Value y = linear.apply(g, x); // [B, N, D]
    Value split = g.reshape(y, y.size(0), y.size(1), -1, headDim); // [B, N, heads, headDim]
    return norm == null
        ? split
        : g.op(new RmsNorm(PackedTransformer.NORM_EPS), split, g.weight(norm));
  }
}
