package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.op.Slice;

/**
 * The whole network from raw arguments in one graph, its inner values tapped under the names of the
 * golden data: the same parts as in production, composed without reuse between steps. For packings
 * whose kernels the checkpoint has.
 */
final class ForwardGraph {
  private final PackedTransformer model;
  private final TransformerGraphs parts;

  ForwardGraph(PackedTransformer model) {
    this.model = model;
    this.parts = new TransformerGraphs(model, StepForm.TRAINED);
  }

  Graph record(PackedShape shape, ConditionShape condition, int realTextTokens) {
    GraphBuilder g = new GraphBuilder("transformer.forward");
    int batch = shape.batch();
    TransformerGraphs.Conditioning conditioning =
        parts.recordConditioning(g, batch, batch, condition);
    // Nobody attends to padded text at batch 1, so it is left out; a batch masks it instead.
    int textTokens = batch == 1 ? realTextTokens : condition.textTokens();
    Value context = conditioning.context(); // [B, T, D]
    if (textTokens < condition.textTokens()) {
      context = g.op(new Slice(1, 0, textTokens), context);
    }
    ConditionShape visible = new ConditionShape(condition.imageTokens(), textTokens);
    Value history = parts.recordHistory(g, shape, new HostConstants());
    Value packed = parts.recordPacking(g, shape, history);
    g.tap("tap.packed_hidden", packed);
    Modulation modulation = new Modulation(conditioning.modulation(), null);
    JointAttention attention = parts.attentionInputs(g, shape, visible);
    g.tap("tap.rope_cos", attention.cos());
    g.tap("tap.rope_sin", attention.sin());
    Value joint = // [B, N, D]
        parts.recordBlocks(
            g,
            packed,
            TransformerGraphs.joinCondition(g, conditioning.imageTokens(), context),
            new TransformerGraphs.StreamModulation(modulation, modulation),
            attention,
            new Taps(g));
    Value latents = shape.latentRange(model.patch).of(g, joint); // [B, latentTokens, D]
    g.output(TransformerIo.VELOCITY, parts.recordHead(g, latents, modulation, shape));
    return g.build();
  }

  /** Names both streams after every block. */
  private record Taps(GraphBuilder g) implements TransformerGraphs.BlockObserver {
    @Override
    public void afterDouble(int index, DoubleStreamBlock.Streams streams) {
      g.tap("tap.double." + index + ".hidden", streams.hidden());
      g.tap("tap.double." + index + ".context", streams.context());
    }

    @Override
    public void afterSingle(int index, Value joint, int packedTokens) {
      int conditionTokens = joint.size(1) - packedTokens;
      Value hidden = g.op(new Slice(1, 0, packedTokens), joint);
      Value context = g.op(new Slice(1, packedTokens, conditionTokens), joint);
      g.tap("tap.single." + index + ".hidden", hidden);
      g.tap("tap.single." + index + ".context", context);
    }
  }
}
