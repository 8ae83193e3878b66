package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.MaskedMean;
import dev.framepack.kernels.op.Unpatchify;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Context packing, the idea of FramePack (spec section 2, packing; paper section 3): frames far
 * from the ones being denoised get larger patches, so that the sequence {@code [context, coarsest
 * first | latents]} has the same length whatever the length of the video.
 *
 * @param latents the embedding of the frames being denoised
 * @param context the embeddings of context frames that the checkpoint has, by kernel
 * @param initialised makes the others
 */
record PackedEmbedding(
    PatchEmbedding latents, Map<PatchSize, PatchEmbedding> context, InitialisedKernel initialised) {

  static PackedEmbedding of(ParameterScope scope, PatchSize patch, int channels, int width) {
    PatchEmbedding latents =
        PatchEmbedding.of(scope.child("x_embedder"), "proj", patch, channels, width);
    ParameterScope history = scope.child("clean_x_embedder");
    Map<PatchSize, PatchEmbedding> context = new LinkedHashMap<>();
    PatchEmbedding clean = PatchEmbedding.of(history, "proj", patch, channels, width);
    context.put(patch, clean);
    context.put(
        patch.times(2), PatchEmbedding.of(history, "proj_2x", patch.times(2), channels, width));
    context.put(
        patch.times(4), PatchEmbedding.of(history, "proj_4x", patch.times(4), channels, width));
    return new PackedEmbedding(latents, context, new InitialisedKernel(clean, channels));
  }

  /** Kernels of context frames that the checkpoint has weights for. */
  Set<PatchSize> trainedKernels() {
    return context.keySet();
  }

  /**
   * Context frames as tokens {@code [B, contextTokens, D]}.
   *
   * @param constants takes what kernels without weights are made of
   * @param frames of every part, {@code [B, C, frames, height, width]}
   */
  Value history(GraphBuilder g, HostConstants constants, PackedShape shape, Value[] frames) {
    Value[] tokens = new Value[frames.length];
    for (int i = 0; i < frames.length; i++) {
      tokens[i] = tokens(g, constants, shape.context().get(i), frames[i]);
    }
    return g.op(new Concat(1), tokens);
  }

  /** The whole sequence {@code [B, packedTokens, D]} from history tokens and latents. */
  Value pack(GraphBuilder g, Value historyTokens, Value noisyLatents) {
    return g.op(new Concat(1), historyTokens, latents.apply(g, noisyLatents));
  }

  private Value tokens(GraphBuilder g, HostConstants constants, ContextShape part, Value x) {
    return switch (part.form()) {
      case FRAMES -> embed(g, constants, part.kernel(), x);
      case APPENDED_TAIL -> appendedTail(g, constants, part.kernel(), x);
      case COMPRESSED_TAIL -> compressedTail(g, constants, part.kernel(), x);
    };
  }

  private Value embed(GraphBuilder g, HostConstants constants, PatchSize kernel, Value x) {
    PatchEmbedding trained = context.get(kernel);
    return trained == null ? initialised.apply(g, constants, kernel, x) : trained.apply(g, x);
  }

  /** Every frame is pooled and embedded for itself, as a batch of one-frame videos. */
  private Value appendedTail(GraphBuilder g, HostConstants constants, PatchSize kernel, Value x) {
    int frames = x.size(2);
    int height = ContextShape.pooled(x.size(3));
    int width = ContextShape.pooled(x.size(4));
    PatchSize pool = new PatchSize(1, ContextShape.APPEND_POOL, ContextShape.APPEND_POOL);
    Value means = initialised.means(g, constants, pool, x); // [1, frames height width, C]
    Value rows = g.reshape(means, frames, (long) height * width, -1); // [frames, h w, C]
    Value pooled = // [frames, C, 1, h, w]
        g.op(new Unpatchify(1, 1, 1, 1, height, width), rows);
    Value tokens = embed(g, constants, kernel, pooled); // [frames, tokens, D]
    return g.reshape(tokens, 1, -1, tokens.size(2));
  }

  private Value compressedTail(GraphBuilder g, HostConstants constants, PatchSize kernel, Value x) {
    Value rows = g.op(new PatchSize(1, 1, 1).patchify(), x); // [1, positions, C]
    float[] every = new float[rows.size(1)];
    Arrays.fill(every, 1);
    Value mask = constants.declare(g, "tail.positions." + every.length, every, 1, every.length);
    Value mean = g.op(new MaskedMean(), rows, mask); // [1, C]
    Value frame = // [1, C, 1, 1, 1]
        g.op(new Unpatchify(1, 1, 1, 1, 1, 1), g.reshape(mean, 1, 1, mean.size(1)));
    return embed(g, constants, kernel, frame); // [1, 1, D]
  }
}
