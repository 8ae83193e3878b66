package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Slice;

/** Records the parts of the transformer's evaluation as graphs, and the steps they are made of. */
final class TransformerGraphs {
  private final PackedTransformer model;

  TransformerGraphs(PackedTransformer model) {
    this.model = model;
  }

  /** What the blocks need of the prompt, the image and the sampling step. */
  record Conditioning(Value modulation, Value context, Value imageTokens) {}

  /** Sees the streams after each block. */
  interface BlockObserver {
    BlockObserver NONE =
        new BlockObserver() {
          @Override
          public void afterDouble(int index, DoubleStreamBlock.Streams streams) {}

          @Override
          public void afterSingle(int index, Value joint, int packedTokens) {}
        };

    void afterDouble(int index, DoubleStreamBlock.Streams streams);

    /** joint {@code [B, packedTokens + conditionTokens, D]}. */
    void afterSingle(int index, Value joint, int packedTokens);
  }

  Graph conditioning(int rows, ConditionShape shape) {
    GraphBuilder g = new GraphBuilder("transformer.conditioning");
    Conditioning conditioning = recordConditioning(g, rows, 1, shape);
    g.output(TransformerIo.MODULATION, conditioning.modulation());
    g.output(TransformerIo.CONTEXT, conditioning.context());
    g.output(TransformerIo.IMAGE_TOKENS, conditioning.imageTokens());
    return g.build();
  }

  Graph history(PackedShape shape) {
    GraphBuilder g = new GraphBuilder("transformer.history");
    g.output(TransformerIo.HISTORY_TOKENS, recordHistory(g, shape));
    return g.build();
  }

  Graph step(PackedShape shape, ConditionShape condition) {
    GraphBuilder g = new GraphBuilder("transformer.step");
    Value modulation = modulationInput(g, shape); // [B, M]
    Value packed = recordPacking(g, shape, historyTokensInput(g, shape)); // [B, packedTokens, D]
    Value latents = // [B, latentTokens, D]
        recordBlocksForLatents(
            g,
            packed,
            recordCondition(g, shape, condition),
            modulation,
            attentionInputs(g, shape, condition),
            shape);
    g.output(TransformerIo.VELOCITY, recordHead(g, latents, modulation, shape));
    return g.build();
  }

  Graph embed(PackedShape shape) {
    if (model.doubleBlocks.isEmpty()) {
      throw new IllegalStateException(
          "PackedTransformer.embed: a step cache watches double-stream block 0, the model has none");
    }
    GraphBuilder g = new GraphBuilder("transformer.embed");
    Value modulation = modulationInput(g, shape); // [B, M]
    Value packed = recordPacking(g, shape, historyTokensInput(g, shape)); // [B, packedTokens, D]
    Value watched = model.doubleBlocks.getFirst().modulatedInput(g, packed, modulation);
    g.output(TransformerIo.PACKED_TOKENS, packed);
    g.output(TransformerIo.MODULATED_INPUT, watched);
    return g.build();
  }

  Graph blocks(PackedShape shape, ConditionShape condition) {
    GraphBuilder g = new GraphBuilder("transformer.blocks");
    int packedTokens = shape.packedTokens(model.patch);
    Value modulation = modulationInput(g, shape); // [B, M]
    Value packed = g.input(TransformerIo.PACKED_TOKENS, shape.batch(), packedTokens, model.width());
    Value joint = // [B, N, D]
        recordBlocks(
            g,
            packed,
            recordCondition(g, shape, condition),
            modulation,
            attentionInputs(g, shape, condition),
            BlockObserver.NONE);
    g.output(TransformerIo.BLOCK_OUTPUT, g.op(new Slice(1, 0, packedTokens), joint));
    return g.build();
  }

  Graph head(PackedShape shape) {
    GraphBuilder g = new GraphBuilder("transformer.head");
    Value modulation = modulationInput(g, shape); // [B, M]
    Value tokens = // [B, packedTokens, D]
        g.input(
            TransformerIo.BLOCK_OUTPUT,
            shape.batch(),
            shape.packedTokens(model.patch),
            model.width());
    Value latents = shape.latentRange(model.patch).of(g, tokens); // [B, latentTokens, D]
    g.output(TransformerIo.VELOCITY, recordHead(g, latents, modulation, shape));
    return g.build();
  }

  /**
   * Modulations, refined text and image tokens from raw arguments.
   *
   * @param rows evaluations, S
   * @param samples rows of pooled text, text, mask, guidance and image: S of each or 1 for all
   */
  Conditioning recordConditioning(GraphBuilder g, int rows, int samples, ConditionShape shape) {
    Value timestep = g.input(TransformerIo.TIMESTEP, rows);
    Value guidance = model.takesGuidance() ? g.input(TransformerIo.GUIDANCE, samples) : null;
    Value pooled = g.input(TransformerIo.POOLED, samples, model.config.pooledProjectionDim());
    Value modulation; // [S, M]
    try (GraphBuilder.Scope part = g.scope("time_text_embed")) {
      Value temb = model.timestepTextEmbedding.apply(g, timestep, guidance, pooled); // [S, D]
      g.tap("tap.temb", temb);
      modulation = model.modulations.project(g, temb);
    }
    Value text =
        g.input(TransformerIo.TEXT, samples, shape.textTokens(), model.config.textEmbedDim());
    Value mask = g.input(TransformerIo.TEXT_MASK, samples, shape.textTokens());
    Value context; // [S, T, D]
    try (GraphBuilder.Scope part = g.scope("context_embedder")) {
      context = g.tap("tap.context", model.refiner.apply(g, timestep, text, mask));
    }
    Value embeds =
        g.input(
            TransformerIo.IMAGE_EMBEDS, samples, shape.imageTokens(), model.config.imageProjDim());
    Value imageTokens; // [samples, I, D]
    try (GraphBuilder.Scope part = g.scope("image_projection")) {
      imageTokens = g.tap("tap.image_tokens", model.imageProjection.apply(g, embeds));
    }
    return new Conditioning(modulation, context, imageTokens);
  }

  /** Context frames to tokens {@code [B, historyTokens, D]}. */
  Value recordHistory(GraphBuilder g, PackedShape shape) {
    try (GraphBuilder.Scope part = g.scope("clean_x_embedder")) {
      return model.embedding.history(
          g,
          frames(g, TransformerIo.CLEAN, shape, shape.cleanFrames()),
          frames(g, TransformerIo.HISTORY_2X, shape, shape.history2xFrames()),
          frames(g, TransformerIo.HISTORY_4X, shape, shape.history4xFrames()));
    }
  }

  /** {@code [B, C, frames, h, w]}. */
  private Value frames(GraphBuilder g, String name, PackedShape shape, int frames) {
    return g.input(
        name,
        shape.batch(),
        model.config.inChannels(),
        frames,
        shape.latentHeight(),
        shape.latentWidth());
  }

  /** Latents and history tokens to the packed sequence {@code [B, packedTokens, D]}. */
  Value recordPacking(GraphBuilder g, PackedShape shape, Value historyTokens) {
    checkWholePatches(shape);
    Value latents = frames(g, TransformerIo.LATENTS, shape, shape.latentFrames());
    try (GraphBuilder.Scope part = g.scope("x_embedder")) {
      return model.embedding.pack(g, historyTokens, latents);
    }
  }

  private void checkWholePatches(PackedShape shape) {
    PatchSize patch = model.patch;
    if (shape.latentFrames() % patch.frames() != 0
        || shape.latentHeight() % patch.height() != 0
        || shape.latentWidth() % patch.width() != 0) {
      throw new IllegalArgumentException(
          "PackedTransformer: latents %dx%dx%d must be a multiple of the patch %dx%dx%d"
              .formatted(
                  shape.latentFrames(),
                  shape.latentHeight(),
                  shape.latentWidth(),
                  patch.frames(),
                  patch.height(),
                  patch.width()));
    }
  }

  /** All blocks: packed tokens and condition to {@code [h ; c]}, {@code [B, N, D]}. */
  Value recordBlocks(
      GraphBuilder g,
      Value packed,
      Value condition,
      Value modulation,
      JointAttention attention,
      BlockObserver observer) {
    Value joint = recordDoubleBlocks(g, packed, condition, modulation, attention, observer);
    for (int i = 0; i < model.singleBlocks.size(); i++) {
      try (GraphBuilder.Scope block = singleScope(g, i)) {
        joint = model.singleBlocks.get(i).apply(g, joint, modulation, attention);
        observer.afterSingle(i, joint, packed.size(1));
      }
    }
    return joint;
  }

  /** All blocks, of the last one only what the head reads: {@code [B, latentTokens, D]}. */
  private Value recordBlocksForLatents(
      GraphBuilder g,
      Value packed,
      Value condition,
      Value modulation,
      JointAttention attention,
      PackedShape shape) {
    TokenRange latents = shape.latentRange(model.patch);
    Value joint = // [B, N, D]
        recordDoubleBlocks(g, packed, condition, modulation, attention, BlockObserver.NONE);
    int last = model.singleBlocks.size() - 1;
    for (int i = 0; i < last; i++) {
      try (GraphBuilder.Scope block = singleScope(g, i)) {
        joint = model.singleBlocks.get(i).apply(g, joint, modulation, attention);
      }
    }
    if (last < 0) {
      return latents.of(g, joint);
    }
    try (GraphBuilder.Scope block = singleScope(g, last)) {
      return model.singleBlocks.get(last).applyTo(latents, g, joint, modulation, attention);
    }
  }

  private static GraphBuilder.Scope singleScope(GraphBuilder g, int index) {
    return g.scope("single_transformer_blocks." + index);
  }

  /** The double-stream blocks, their streams joined to {@code [B, N, D]}. */
  private Value recordDoubleBlocks(
      GraphBuilder g,
      Value packed,
      Value condition,
      Value modulation,
      JointAttention attention,
      BlockObserver observer) {
    DoubleStreamBlock.Streams streams = new DoubleStreamBlock.Streams(packed, condition);
    for (int i = 0; i < model.doubleBlocks.size(); i++) {
      try (GraphBuilder.Scope block = g.scope("transformer_blocks." + i)) {
        streams = model.doubleBlocks.get(i).apply(g, streams, modulation, attention);
        observer.afterDouble(i, streams);
      }
    }
    return g.op(new Concat(1), streams.hidden(), streams.context());
  }

  /** latents {@code [B, latentTokens, D]} to the velocity. */
  Value recordHead(GraphBuilder g, Value latents, Value modulation, PackedShape shape) {
    try (GraphBuilder.Scope part = g.scope("head")) {
      return model.head.apply(g, latents, modulation, shape);
    }
  }

  /** The condition stream {@code [image ; text]}. */
  static Value joinCondition(GraphBuilder g, Value imageTokens, Value context) {
    return g.op(new Concat(1), imageTokens, context);
  }

  /** Rotary tables and, for a batch, the key mask as inputs. */
  JointAttention attentionInputs(GraphBuilder g, PackedShape shape, ConditionShape condition) {
    int packedTokens = shape.packedTokens(model.patch);
    Value cos = g.input(TransformerIo.ROPE_COS, packedTokens, model.heads.headDim());
    Value sin = g.input(TransformerIo.ROPE_SIN, packedTokens, model.heads.headDim());
    Value keyMask =
        shape.batch() == 1
            ? null
            : g.input(
                TransformerIo.KEY_MASK, shape.batch(), packedTokens + (long) condition.tokens());
    return new JointAttention(model.heads, cos, sin, keyMask);
  }

  private Value recordCondition(GraphBuilder g, PackedShape shape, ConditionShape condition) {
    Value imageTokens =
        g.input(TransformerIo.IMAGE_TOKENS, shape.batch(), condition.imageTokens(), model.width());
    Value context =
        g.input(TransformerIo.CONTEXT, shape.batch(), condition.textTokens(), model.width());
    return joinCondition(g, imageTokens, context);
  }

  private Value modulationInput(GraphBuilder g, PackedShape shape) {
    return g.input(TransformerIo.MODULATION, shape.batch(), model.modulationWidth());
  }

  private Value historyTokensInput(GraphBuilder g, PackedShape shape) {
    return g.input(
        TransformerIo.HISTORY_TOKENS,
        shape.batch(),
        shape.historyTokens(model.patch),
        model.width());
  }
}
