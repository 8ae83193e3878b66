package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.Slice;

/**
 * A step in three graphs, so that a step cache can leave out the middle one: {@link #embed}, {@link
 * #blocks}, {@link #head}, or with the first block in front of the cut {@link #firstBlock}, {@link
 * #laterBlocks}, {@link #head}.
 */
final class CachedStepGraphs {
  private final PackedTransformer model;
  private final TransformerGraphs parts;

  CachedStepGraphs(PackedTransformer model, StepForm form) {
    this.model = model;
    this.parts = new TransformerGraphs(model, form);
    if (model.doubleBlocks.isEmpty()) {
      throw new IllegalStateException(
          "PackedTransformer: a step cache watches double-stream block 0, the model has none");
    }
  }

  Graph embed(PackedShape shape) {
    GraphBuilder g = new GraphBuilder("transformer.embed");
    Modulation modulation = parts.packedModulation(g, shape, parts.modulationInput(g, shape));
    Value packed = recordPacking(g, shape); // [B, packedTokens, D]
    Value watched = model.doubleBlocks.getFirst().modulatedInput(g, packed, modulation);
    g.output(TransformerIo.PACKED_TOKENS, packed);
    g.output(TransformerIo.MODULATED_INPUT, watched);
    return g.build();
  }

  Graph blocks(PackedShape shape, ConditionShape condition) {
    GraphBuilder g = new GraphBuilder("transformer.blocks");
    TransformerGraphs.StreamModulation modulation = parts.modulationInputs(g, shape, condition);
    DoubleStreamBlock.Streams streams =
        new DoubleStreamBlock.Streams(
            tokensInput(g, TransformerIo.PACKED_TOKENS, shape),
            parts.recordCondition(g, shape, condition));
    return recordBlocks(g, streams, 0, modulation, shape, condition);
  }

  Graph firstBlock(PackedShape shape, ConditionShape condition) {
    GraphBuilder g = new GraphBuilder("transformer.first_block");
    TransformerGraphs.StreamModulation modulation = parts.modulationInputs(g, shape, condition);
    Value packed = recordPacking(g, shape); // [B, packedTokens, D]
    DoubleStreamBlock.Streams streams =
        parts.recordDoubleBlock(
            g,
            new DoubleStreamBlock.Streams(packed, parts.recordCondition(g, shape, condition)),
            0,
            modulation,
            parts.attentionInputs(g, shape, condition));
    g.output(TransformerIo.PACKED_TOKENS, packed);
    g.output(TransformerIo.FIRST_BLOCK_TOKENS, streams.hidden());
    g.output(TransformerIo.FIRST_BLOCK_CONDITION, streams.context());
    return g.build();
  }

  Graph laterBlocks(PackedShape shape, ConditionShape condition) {
    GraphBuilder g = new GraphBuilder("transformer.later_blocks");
    TransformerGraphs.StreamModulation modulation = parts.modulationInputs(g, shape, condition);
    DoubleStreamBlock.Streams streams =
        new DoubleStreamBlock.Streams(
            tokensInput(g, TransformerIo.FIRST_BLOCK_TOKENS, shape),
            g.input(
                TransformerIo.FIRST_BLOCK_CONDITION,
                shape.batch(),
                condition.tokens(),
                model.width()));
    return recordBlocks(g, streams, 1, modulation, shape, condition);
  }

  Graph head(PackedShape shape) {
    GraphBuilder g = new GraphBuilder("transformer.head");
    Modulation modulation = parts.packedModulation(g, shape, parts.modulationInput(g, shape));
    Value tokens = tokensInput(g, TransformerIo.BLOCK_OUTPUT, shape);
    TokenRange range = shape.latentRange(model.patch);
    Value latents = range.of(g, tokens); // [B, latentTokens, D]
    g.output(TransformerIo.VELOCITY, parts.recordHead(g, latents, modulation.of(g, range), shape));
    return g.build();
  }

  private Value recordPacking(GraphBuilder g, PackedShape shape) {
    return parts.recordPacking(g, shape, parts.historyTokensInput(g, shape));
  }

  private Graph recordBlocks(
      GraphBuilder g,
      DoubleStreamBlock.Streams streams,
      int first,
      TransformerGraphs.StreamModulation modulation,
      PackedShape shape,
      ConditionShape condition) {
    Value joint = // [B, N, D]
        parts.recordBlocks(
            g,
            streams,
            first,
            modulation,
            parts.attentionInputs(g, shape, condition),
            TransformerGraphs.BlockObserver.NONE);
    g.output(
        TransformerIo.BLOCK_OUTPUT, g.op(new Slice(1, 0, shape.packedTokens(model.patch)), joint));
    return g.build();
  }

  /** {@code [B, packedTokens, D]}. */
  private Value tokensInput(GraphBuilder g, String name, PackedShape shape) {
    return g.input(name, shape.batch(), shape.packedTokens(model.patch), model.width());
  }
}
