package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.TimestepEmbedding;
import org.jspecify.annotations.Nullable;

/**
 * What the modulations are made from (spec section 2, timestep vectors): {@code temb =
 * MLP_t(sinusoid(timestep)) + MLP_g(sinusoid(guidance)) + MLP_p(pooled)}. The guidance term exists
 * in guidance-distilled models only.
 */
record TimestepTextEmbedding(SiluMlp timestep, SiluMlp text, @Nullable SiluMlp guidance) {

  /** Channels of a sinusoid; the checkpoints have no config key for it. */
  private static final int SINUSOID_CHANNELS = 256;

  static TimestepTextEmbedding of(
      ParameterScope scope, long pooledWidth, long width, boolean withGuidance) {
    return new TimestepTextEmbedding(
        SiluMlp.embedder(scope.child("timestep_embedder"), SINUSOID_CHANNELS, width),
        SiluMlp.embedder(scope.child("text_embedder"), pooledWidth, width),
        withGuidance
            ? SiluMlp.embedder(scope.child("guidance_embedder"), SINUSOID_CHANNELS, width)
            : null);
  }

  /**
   * Embeds S timesteps.
   *
   * @param timesteps {@code [S]}, sigma * 1000
   * @param guidanceScale {@code [S]} or {@code [1]}, guidance * 1000; null exactly when the model
   *     has no guidance network
   * @param pooled {@code [S, pooledWidth]} or {@code [1, pooledWidth]}
   * @return {@code [S, width]}
   */
  Value apply(GraphBuilder g, Value timesteps, @Nullable Value guidanceScale, Value pooled) {
    Value temb = timestep.apply(g, sinusoid(g, timesteps)); // [S, D]
    if (guidance != null) {
      if (guidanceScale == null) {
        throw new IllegalArgumentException(
            "TimestepTextEmbedding: a guidance-distilled model needs a guidance scale");
      }
      temb = addRows(g, temb, guidance.apply(g, sinusoid(g, guidanceScale)));
    }
    return addRows(g, temb, text.apply(g, pooled));
  }

  private static Value sinusoid(GraphBuilder g, Value x) {
    return g.op(new TimestepEmbedding(SINUSOID_CHANNELS), x);
  }

  /** Adds {@code [S, D]} row by row, or one row {@code [1, D]} to all of them. */
  private static Value addRows(GraphBuilder g, Value rows, Value added) {
    Value term = added.size(0) == 1 ? g.reshape(added, added.size(1)) : added;
    return g.op(new Add(), rows, term);
  }
}
