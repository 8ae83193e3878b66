package dev.framepack.engine.graph;

import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.GatedResidual;
import dev.framepack.kernels.op.GroupNorm;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.LayerNormModulate;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.op.Linear.Epilogue;
import dev.framepack.kernels.op.Modulate;
import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.op.RmsNormRotary;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.op.UpsampleNearest3d;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins operations that a backend runs in one pass: norm + modulate, norm + rotary embedding,
 * product + activation, product + residual, upsampling + convolution. A producer is taken into its
 * consumer only when nothing else reads it, so no arithmetic is repeated; each fused operation's
 * {@link Op#decompose} is what stood here before.
 */
public final class Fuser {
  private final Graph graph;
  private final int[] uses;
  private final List<Node> fused = new ArrayList<>();

  private Fuser(Graph graph) {
    this.graph = graph;
    this.uses = countUses(graph);
  }

  /** The same results in fewer operations; taps of values that vanished are dropped. */
  public static Graph fuse(Graph graph) {
    return new Fuser(graph).rewrite();
  }

  private Graph rewrite() {
    int[] moved = new int[graph.nodes().size()];
    for (int id = 0; id < moved.length; id++) {
      Node node = graph.nodes().get(id).moved(moved);
      if (node instanceof Node.Call call) {
        Node.Call joined = join(call, (Node.Call) graph.nodes().get(id));
        node = joined == null ? call : joined;
      }
      moved[id] = fused.size();
      fused.add(node);
    }
    Graph joined =
        new Graph(
            graph.name(),
            fused,
            DeadNodes.moved(graph.inputs(), moved),
            DeadNodes.moved(graph.outputs(), moved),
            Map.of());
    return DeadNodes.remove(joined);
  }

  /** The call with one of its producers taken in, or null. */
  private Node.@Nullable Call join(Node.Call call, Node.Call recorded) {
    for (int i = 0; i < call.operands().size(); i++) {
      if (uses[recorded.operands().get(i)] == 1
          && fused.get(call.operands().get(i)) instanceof Node.Call producer) {
        Node.Call joined = join(producer, call, i);
        if (joined != null) {
          return joined;
        }
      }
    }
    return null;
  }

  private Node.@Nullable Call join(Node.Call producer, Node.Call consumer, int operand) {
    List<Integer> rest = new ArrayList<>(consumer.operands());
    rest.remove(operand);
    Op before = producer.op();
    return switch (consumer.op()) {
      case Modulate ignored
          when operand == 0 && before instanceof LayerNorm norm && !norm.affine() ->
          call(new LayerNormModulate(norm.eps()), producer, rest, consumer);
      case RotaryEmbedding rotary when operand == 0 && before instanceof RmsNorm norm ->
          call(new RmsNormRotary(norm.eps(), rotary.pairing()), producer, rest, consumer);
      case Activate activate when isPlain(before) ->
          call(
              new Linear(((Linear) before).bias(), activate.activation(), Epilogue.NONE),
              producer,
              rest,
              consumer);
      case Activate activate
          when before instanceof GroupNorm norm
              && norm.activation() == Activation.NONE
              && activate.activation() == Activation.SILU ->
          call(new GroupNorm(norm.groups(), norm.eps(), Activation.SILU), producer, rest, consumer);
      case GatedResidual ignored when operand == 2 && endsOpen(before) ->
          call(withEpilogue(before, Epilogue.GATED_RESIDUAL), producer, rest, consumer);
      case Add ignored when endsOpen(before) && isWhole(consumer) ->
          call(withEpilogue(before, Epilogue.ADD), producer, rest, consumer);
      case Add ignored
          when before instanceof CausalConv3d conv && !conv.residual() && isWhole(consumer) ->
          call(new CausalConv3d(conv.strideT(), conv.strideHw(), true), producer, rest, consumer);
      case CausalConv3d conv
          when operand == 0
              && conv.equals(CausalConv3d.unstrided())
              && before instanceof UpsampleNearest3d up ->
          call(new UpsampleConv3d(up.scaleT(), up.scaleHw()), producer, rest, consumer);
      default -> null;
    };
  }

  private static boolean isPlain(Op op) {
    return op instanceof Linear linear && linear.equals(Linear.plain(linear.bias()));
  }

  private static boolean endsOpen(Op op) {
    return op instanceof Linear linear && linear.epilogue() == Epilogue.NONE;
  }

  /** True for a sum without broadcasting: only then is the other operand a residual. */
  private boolean isWhole(Node.Call add) {
    return add.operands().stream().allMatch(id -> fused.get(id).type().equals(add.type()));
  }

  private static Op withEpilogue(Op op, Epilogue epilogue) {
    Linear linear = (Linear) op;
    return new Linear(linear.bias(), linear.activation(), epilogue);
  }

  private static Node.Call call(Op op, Node.Call producer, List<Integer> rest, Node.Call consumer) {
    List<Integer> operands = new ArrayList<>(producer.operands());
    operands.addAll(rest);
    return new Node.Call(op, operands, consumer.type(), consumer.label());
  }

  private static int[] countUses(Graph graph) {
    int[] uses = new int[graph.nodes().size()];
    graph.nodes().forEach(node -> node.operands().forEach(id -> uses[id]++));
    graph.outputs().values().forEach(id -> uses[id]++);
    return uses;
  }
}
