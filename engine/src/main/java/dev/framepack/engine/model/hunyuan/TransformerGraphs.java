package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.model.nn.TokenInput;
import dev.framepack.kernels.op.Concat;
import java.util.ArrayList;
import java.util.List;

/** Records the parts of the transformer's evaluation as graphs, and the steps they are made of. */
final class TransformerGraphs {
  private final PackedTransformer model;
  private final StepForm form;

  TransformerGraphs(PackedTransformer model, StepForm form) {
    this.model = model;
    this.form = form;
  }

  /** What the blocks need of the prompt, the image and the sampling step. */
  record Conditioning(Value modulation, Value context, Value imageTokens) {}

  /** The modulations of the packed tokens and of the condition. */
  record StreamModulation(Modulation packed, Modulation condition) {}

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

  Graph history(PackedShape shape, HostConstants constants) {
    GraphBuilder g = new GraphBuilder("transformer.history");
    g.output(TransformerIo.HISTORY_TOKENS, recordHistory(g, shape, constants));
    return g.build();
  }

  Graph step(PackedShape shape, ConditionShape condition) {
    GraphBuilder g = new GraphBuilder("transformer.step");
    StreamModulation modulation = modulationInputs(g, shape, condition);
    Value packed = recordPacking(g, shape, historyTokensInput(g, shape)); // [B, packedTokens, D]
    Value latents = // [B, latentTokens, D]
        recordBlocksForLatents(
            g,
            packed,
            recordCondition(g, shape, condition),
            modulation,
            attentionInputs(g, shape, condition),
            shape);
    Modulation ofLatents = modulation.packed().of(g, shape.latentRange(model.patch));
    g.output(TransformerIo.VELOCITY, recordHead(g, latents, ofLatents, shape));
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
  Value recordHistory(GraphBuilder g, PackedShape shape, HostConstants constants) {
    try (GraphBuilder.Scope part = g.scope("clean_x_embedder")) {
      Value[] frames = new Value[shape.context().size()];
      for (int i = 0; i < frames.length; i++) {
        frames[i] = frames(g, TransformerIo.context(i), shape, shape.context().get(i).frames());
      }
      return model.embedding.history(g, constants, shape, frames);
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
          "PackedTransformer: latents %sx%sx%s must be a multiple of the patch %sx%sx%s"
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
      StreamModulation modulation,
      JointAttention attention,
      BlockObserver observer) {
    return recordBlocks(
        g, new DoubleStreamBlock.Streams(packed, condition), 0, modulation, attention, observer);
  }

  /** The blocks from a double-stream one on. */
  Value recordBlocks(
      GraphBuilder g,
      DoubleStreamBlock.Streams streams,
      int first,
      StreamModulation modulation,
      JointAttention attention,
      BlockObserver observer) {
    Value joint = // [B, N, D]
        join(g, recordDoubleBlocks(g, streams, first, modulation, attention, observer));
    int packedTokens = streams.hidden().size(1);
    Modulation ofAll = modulation.packed().join(g, modulation.condition());
    for (int i = 0; i < model.singleBlocks.size(); i++) {
      try (GraphBuilder.Scope block = singleScope(g, i)) {
        joint = model.singleBlocks.get(i).apply(g, joint, ofAll, attention);
        observer.afterSingle(i, joint, packedTokens);
      }
    }
    return joint;
  }

  /** All blocks, of the last one only what the head reads: {@code [B, latentTokens, D]}. */
  private Value recordBlocksForLatents(
      GraphBuilder g,
      Value packed,
      Value condition,
      StreamModulation modulation,
      JointAttention attention,
      PackedShape shape) {
    TokenRange latents = shape.latentRange(model.patch);
    Value joint = // [B, N, D]
        join(
            g,
            recordDoubleBlocks(
                g,
                new DoubleStreamBlock.Streams(packed, condition),
                0,
                modulation,
                attention,
                BlockObserver.NONE));
    Modulation ofAll = modulation.packed().join(g, modulation.condition());
    int last = model.singleBlocks.size() - 1;
    for (int i = 0; i < last; i++) {
      try (GraphBuilder.Scope block = singleScope(g, i)) {
        joint = model.singleBlocks.get(i).apply(g, joint, ofAll, attention);
      }
    }
    if (last < 0) {
      return latents.of(g, joint);
    }
    try (GraphBuilder.Scope block = singleScope(g, last)) {
      return model.singleBlocks.get(last).applyTo(latents, g, joint, ofAll, attention);
    }
  }

  private static GraphBuilder.Scope singleScope(GraphBuilder g, int index) {
    return g.scope("single_transformer_blocks." + index);
  }

  /** The double-stream blocks from one on. */
  private DoubleStreamBlock.Streams recordDoubleBlocks(
      GraphBuilder g,
      DoubleStreamBlock.Streams input,
      int first,
      StreamModulation modulation,
      JointAttention attention,
      BlockObserver observer) {
    DoubleStreamBlock.Streams streams = input;
    for (int i = first; i < model.doubleBlocks.size(); i++) {
      streams = recordDoubleBlock(g, streams, i, modulation, attention);
      observer.afterDouble(i, streams);
    }
    return streams;
  }

  /** One double-stream block. */
  DoubleStreamBlock.Streams recordDoubleBlock(
      GraphBuilder g,
      DoubleStreamBlock.Streams streams,
      int index,
      StreamModulation modulation,
      JointAttention attention) {
    try (GraphBuilder.Scope block = g.scope("transformer_blocks." + index)) {
      return model
          .doubleBlocks
          .get(index)
          .apply(g, streams, modulation.packed(), modulation.condition(), attention);
    }
  }

  /** {@code [h ; c]}, {@code [B, N, D]}. */
  private static Value join(GraphBuilder g, DoubleStreamBlock.Streams streams) {
    return g.op(new Concat(1), streams.hidden(), streams.context());
  }

  /** latents {@code [B, latentTokens, D]} to the velocity. */
  Value recordHead(GraphBuilder g, Value latents, Modulation modulation, PackedShape shape) {
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
    return new JointAttention(model.heads, cos, sin, keyMask, causalSpans(shape, condition));
  }

  Value recordCondition(GraphBuilder g, PackedShape shape, ConditionShape condition) {
    Value imageTokens =
        g.input(TransformerIo.IMAGE_TOKENS, shape.batch(), condition.imageTokens(), model.width());
    Value context =
        g.input(TransformerIo.CONTEXT, shape.batch(), condition.textTokens(), model.width());
    return joinCondition(g, imageTokens, context);
  }

  /** A span for every part of the context and every denoised frame; the condition sees itself. */
  private List<JointAttention.CausalSpan> causalSpans(PackedShape shape, ConditionShape condition) {
    List<JointAttention.CausalSpan> spans = new ArrayList<>();
    if (form.causal()) {
      requireOneSample(shape);
      int packedTokens = shape.packedTokens(model.patch);
      int keys = 0;
      for (int tokens : shape.groups(model.patch)) {
        keys += tokens;
        spans.add(new JointAttention.CausalSpan(tokens, keys, packedTokens));
      }
      spans.add(new JointAttention.CausalSpan(condition.tokens(), 0, packedTokens));
    }
    return spans;
  }

  private static void requireOneSample(PackedShape shape) {
    if (shape.batch() != 1) {
      throw new IllegalArgumentException(
          "PackedTransformer: timesteps per token and causal attention need batch 1, found "
              + shape.batch());
    }
  }

  StreamModulation modulationInputs(GraphBuilder g, PackedShape shape, ConditionShape condition) {
    Value rows = modulationInput(g, shape); // [B or R, M]
    Value conditionRows =
        form.timestepPerToken()
            ? TokenInput.declare(g, TransformerIo.CONDITION_ROWS, 1, condition.tokens())
            : null;
    return new StreamModulation(
        packedModulation(g, shape, rows), new Modulation(rows, conditionRows));
  }

  Modulation packedModulation(GraphBuilder g, PackedShape shape, Value rows) {
    return new Modulation(
        rows,
        form.timestepPerToken()
            ? TokenInput.declare(g, TransformerIo.PACKED_ROWS, 1, shape.packedTokens(model.patch))
            : null);
  }

  Value modulationInput(GraphBuilder g, PackedShape shape) {
    if (form.timestepPerToken()) {
      requireOneSample(shape);
      return g.input(TransformerIo.MODULATION, shape.timesteps(), model.modulationWidth());
    }
    return g.input(TransformerIo.MODULATION, shape.batch(), model.modulationWidth());
  }

  Value historyTokensInput(GraphBuilder g, PackedShape shape) {
    return g.input(
        TransformerIo.HISTORY_TOKENS, shape.batch(), shape.historyTokens(), model.width());
  }
}
