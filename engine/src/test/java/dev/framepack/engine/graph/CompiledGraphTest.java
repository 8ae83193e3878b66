package dev.framepack.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.GatedResidual;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.Modulate;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.ShapeException;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompiledGraphTest {
  private static final int WIDTH = 16;

  private final ReferenceBackend backend = new ReferenceBackend(2);
  private final ParameterScope scope = ParameterScope.root();
  private final LinearLayer modulation = LinearLayer.of(scope, "mod", WIDTH, 3 * WIDTH);
  private final LinearLayer up = LinearLayer.of(scope, "up", WIDTH, 40);
  private final LinearLayer down = LinearLayer.of(scope, "down", 40, WIDTH);
  private final WeightStore weights =
      ArenaWeightStore.load("test", scope.declared(), (p, s) -> fill(s, p.hashCode()), backend);

  private static void fill(MemorySegment segment, long seed) {
    Random random = new Random(seed);
    for (long i = 0; i < segment.byteSize(); i += 4) {
      segment.set(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian() / 4);
    }
  }

  @AfterEach
  void close() {
    weights.close();
    backend.close();
  }

  /** A feed-forward block with adaptive norm, as the transformer has it. */
  private Graph block() {
    GraphBuilder g = new GraphBuilder("block");
    Value x = g.input("x", 1, 7, WIDTH); // [B, N, D]
    Value c = g.input("c", 1, WIDTH); // [B, D]
    Value vectors = modulation.apply(g, g.op(new Activate(Activation.SILU), c)); // [B, 3 D]
    Value shift = g.op(new Slice(1, 0, WIDTH), vectors);
    Value scale = g.op(new Slice(1, WIDTH, WIDTH), vectors);
    Value gate = g.op(new Slice(1, 2 * WIDTH, WIDTH), vectors);
    Value h = x;
    for (int i = 0; i < 3; i++) {
      Value n = g.op(new Modulate(), g.op(new LayerNorm(false, 1e-6f), h), scale, shift);
      Value ff = down.apply(g, g.op(new Activate(Activation.GELU_TANH), up.apply(g, n)));
      h = g.tap("h" + i, g.op(new GatedResidual(), h, gate, ff));
    }
    g.output("y", g.op(new Add(), h, x));
    return g.build();
  }

  @Test
  void fusedPlannedAndReplayedEqualsEager() {
    Graph graph = block();
    float[] x = uniform(1, 7 * WIDTH);
    float[] c = uniform(2, WIDTH);
    Map<String, float[]> eager;
    try (Arena arena = Arena.ofConfined()) {
      Map<String, MemorySegment> inputs = new HashMap<>();
      inputs.put("x", HostValues.segment(arena, x));
      inputs.put("c", HostValues.segment(arena, c));
      eager = new EagerRunner(backend, weights).run(graph, inputs);
    }
    assertThat(eager).containsKeys("h0", "h1", "h2", "y");
    try (CompiledGraph compiled = CompiledGraph.compile(graph, backend, weights)) {
      HostValues.upload(backend, x, compiled.input("x"));
      HostValues.upload(backend, c, compiled.input("c"));
      compiled.run();
      float[] first = HostValues.download(backend, compiled.output("y"));
      assertThat(first).usingComparatorWithPrecision(1e-5f).containsExactly(eager.get("y"));
      compiled.run();
      assertThat(HostValues.download(backend, compiled.output("y")))
          .as("inputs survive a run")
          .containsExactly(first);
      assertThat(compiled.operations())
          .containsOnly(
              Map.entry("activate", 1),
              Map.entry("linear", 7),
              Map.entry("layer_norm_modulate", 3),
              Map.entry("add", 1));
      assertThat(compiled.arenaBytes()).isLessThan(compiled.unsharedBytes());
      assertThat(compiled.input("x").arena().highWaterBytes())
          .isLessThanOrEqualTo(compiled.arenaBytes());
    }
  }

  @Test
  void aBroadcastSumIsNotTakenForAResidual() {
    GraphBuilder g = new GraphBuilder("row");
    Value x = g.input("x", 3, WIDTH);
    Value row = g.input("row", WIDTH);
    g.output("y", g.op(new Add(), down.apply(g, up.apply(g, x)), row));
    try (CompiledGraph compiled = CompiledGraph.compile(g.build(), backend, weights)) {
      assertThat(compiled.operations()).containsEntry("linear", 2).containsEntry("add", 1);
    }
  }

  @Test
  void boundInputsAreReadInPlace() {
    GraphBuilder g = new GraphBuilder("sum");
    Value a = g.input("a", 1, 3);
    g.output("y", g.op(new Add(), a, g.input("b", 1, 3)));
    try (CompiledGraph first = CompiledGraph.compile(g.build(), backend, weights);
        CompiledGraph second =
            CompiledGraph.compile(g.build(), backend, weights, Map.of("a", first.output("y")))) {
      HostValues.upload(backend, new float[] {1, 2, 3}, first.input("a"));
      HostValues.upload(backend, new float[] {10, 10, 10}, first.input("b"));
      HostValues.upload(backend, new float[] {100, 100, 100}, second.input("b"));
      first.run();
      second.run();
      assertThat(HostValues.download(backend, second.output("y"))).containsExactly(111, 112, 113);
      Tensor y = first.output("y");
      assertThat(HostValues.download(backend, y)).containsExactly(11, 12, 13);
    }
  }

  @Test
  void recordingTellsWhereAShapeDoesNotFit() {
    GraphBuilder g = new GraphBuilder("model");
    Value x = g.input("x", 1, 7, 5);
    try (GraphBuilder.Scope ignored = g.scope("blocks.3")) {
      assertThatThrownBy(() -> up.apply(g, x))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("model at blocks.3")
          .hasMessageContaining("[1, 7, 5]")
          .hasMessageContaining("[40, 16]");
    }
  }

  private static float[] uniform(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
