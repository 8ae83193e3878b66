package dev.framepack.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Permute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {

  @Test
  void aChainOfElementwiseOperationsNeedsOneBuffer() {
    GraphBuilder g = new GraphBuilder("chain");
    Value x = g.op(new Permute(List.of(1, 0)), g.input("x", 100, 4));
    for (int i = 0; i < 20; i++) {
      x = g.op(new Activate(Activation.SILU), x);
    }
    g.output("y", x);
    assertThat(MemoryPlan.of(g.build()).arenaBytes()).isEqualTo(2 * 1600);
  }

  /**
   * No value may be overwritten, by one made elsewhere, between its making and its last reading.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void livingValuesNeverShareBytes(long seed) {
    Graph graph = randomGraph(new Random(seed));
    MemoryPlan plan = MemoryPlan.of(graph);
    long[] owner = new long[Math.toIntExact(plan.arenaBytes() / 4)];
    Arrays.fill(owner, -1);
    for (int id = 0; id < graph.nodes().size(); id++) {
      Node node = graph.nodes().get(id);
      for (int operand : node.operands()) {
        int storage = graph.storageOf(operand);
        int first = (int) (plan.byteOffset(operand) / 4);
        for (int i = 0; i < node(graph, operand).type().shape().elementCount(); i++) {
          assertThat(owner[first + i]).as("value %s read by %s", operand, id).isEqualTo(storage);
        }
      }
      if (!plan.isView(id)) {
        int first = (int) (plan.byteOffset(id) / 4);
        for (int i = 0; i < node.type().shape().elementCount(); i++) {
          owner[first + i] = id;
        }
      }
    }
    for (int output : graph.outputs().values()) {
      assertThat(owner[(int) (plan.byteOffset(output) / 4)]).isEqualTo(graph.storageOf(output));
    }
  }

  private static Node node(Graph graph, int id) {
    return graph.nodes().get(id);
  }

  private static Graph randomGraph(Random random) {
    GraphBuilder g = new GraphBuilder("random");
    List<Value> values = new ArrayList<>();
    values.add(g.input("a", 8, 4));
    values.add(g.input("b", 2, 4));
    for (int i = 0; i < 60; i++) {
      Value x = values.get(random.nextInt(values.size()));
      values.add(
          switch (random.nextInt(4)) {
            case 0 -> g.op(new Activate(Activation.SILU), x);
            case 1 -> g.op(new Permute(List.of(1, 0)), x);
            case 2 -> g.reshape(x, x.size(1), x.size(0));
            default -> {
              Value concat = g.op(new Concat(0), x, x);
              yield concat.size(0) > 512 ? x : concat;
            }
          });
    }
    g.output("y", values.getLast());
    g.output("z", values.get(30));
    return g.build();
  }
}
