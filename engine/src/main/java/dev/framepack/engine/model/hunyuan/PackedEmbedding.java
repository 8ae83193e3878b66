package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Concat;

/**
 * Context packing, the idea of FramePack (spec section 2, packing; paper section 3): frames far
 * from the ones being denoised get larger patches, so that the sequence {@code [4x history | 2x
 * history | clean | latents]} has the same length whatever the length of the video.
 */
record PackedEmbedding(
    PatchEmbedding latents,
    PatchEmbedding clean,
    PatchEmbedding history2x,
    PatchEmbedding history4x) {

  static PackedEmbedding of(ParameterScope scope, PatchSize patch, int channels, int width) {
    ParameterScope history = scope.child("clean_x_embedder");
    return new PackedEmbedding(
        PatchEmbedding.of(scope.child("x_embedder"), "proj", patch, channels, width),
        PatchEmbedding.of(history, "proj", patch, channels, width),
        PatchEmbedding.of(history, "proj_2x", patch.times(2), channels, width),
        PatchEmbedding.of(history, "proj_4x", patch.times(4), channels, width));
  }

  /**
   * The context frames as tokens {@code [B, historyTokens, D]}; each part {@code [B, C, frames,
   * height, width]}.
   */
  Value history(GraphBuilder g, Value cleanFrames, Value frames2x, Value frames4x) {
    return g.op(
        new Concat(1),
        history4x.apply(g, frames4x),
        history2x.apply(g, frames2x),
        clean.apply(g, cleanFrames));
  }

  /** The whole sequence {@code [B, packedTokens, D]} from history tokens and latents. */
  Value pack(GraphBuilder g, Value historyTokens, Value noisyLatents) {
    return g.op(new Concat(1), historyTokens, latents.apply(g, noisyLatents));
  }
}
