package dev.framepack.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.model.nn.LinearLayer;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which values of a graph become half precision, and where casts stand. */
class MixedPrecisionTest {
  private final ParameterScope scope = ParameterScope.root();
  private final LinearLayer inner = LinearLayer.of(scope, "inner", 8, 8);
  private final LinearLayer last = LinearLayer.of(scope, "last", 8, 3);
  private final WeightTypes types = new WeightTypes(DType.F16, last.names());

  /** x {@code [1, 5, 8]} through a product, a rotation and a product in F32. */
  private Graph recorded() {
    GraphBuilder g = new GraphBuilder("test");
    Value x = g.input("x", 1, 5, 8);
    Value cos = g.op(new Slice(0, 1, 4), g.input("cos", 6, 8));
    Value sin = g.op(new Slice(0, 1, 4), g.input("sin", 6, 8));
    Value y = inner.apply(g, g.op(new Slice(1, 0, 4), x));
    Value heads = g.reshape(g.tap("y", y), 1, 4, 1, 8);
    Value turned =
        g.op(new RotaryEmbedding(RotaryEmbedding.Pairing.HALVES), heads, cos, sin); // [1, 4, 1, 8]
    g.output("turned", turned);
    g.output("z", last.apply(g, g.reshape(turned, 4, 8)));
    return g.build();
  }

  @Test
  void castsStandAtTheBordersAndTablesStayFloat32() {
    Graph graph = MixedPrecision.assign(recorded(), types);
    List<String> calls = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node instanceof Node.Call call) {
        calls.add(call.op().name() + " " + call.type());
      }
    }
    assertThat(calls)
        .containsExactly(
            "cast F16[1, 5, 8]",
            "slice F32[4, 8]",
            "slice F32[4, 8]",
            "slice F16[1, 4, 8]",
            "linear F16[1, 4, 8]",
            "rotary_embedding F16[1, 4, 1, 8]",
            "cast F32[4, 8]",
            "linear F32[4, 3]",
            "cast F32[1, 4, 1, 8]");
    assertThat(graph.inputs().values())
        .allSatisfy(id -> assertThat(graph.nodes().get(id).type().dtype()).isEqualTo(DType.F32));
    assertThat(graph.outputs().values())
        .allSatisfy(id -> assertThat(graph.nodes().get(id).type().dtype()).isEqualTo(DType.F32));
  }

  @Test
  void aGraphInFloat32IsLeftAsItIs() {
    Graph graph = recorded();
    assertThat(MixedPrecision.assign(graph, WeightTypes.FLOAT32)).isSameAs(graph);
  }

  @Test
  void roundingsAreCountedAlongTheLongestWay() {
    assertThat(RoundingDepth.of(recorded(), types, "y")).isEqualTo(2); // x or the weight, product
    assertThat(RoundingDepth.of(recorded(), types, "z")).isEqualTo(3);
    assertThat(RoundingDepth.of(recorded(), WeightTypes.FLOAT32, "z")).isZero();
  }

  @Test
  void weightsAreRoundedToNearestEvenOnceAndStoredOnesAreTakenAsTheyAre() {
    ArenaWeightStore.Source source =
        new ArenaWeightStore.Source() {
          @Override
          public void read(Parameter parameter, MemorySegment target) {
            for (long i = 0; i < target.byteSize() / 4; i++) {
              target.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1 + i * 0x1p-11f);
            }
          }

          @Override
          public boolean readStored(Parameter parameter, DType dtype, MemorySegment target) {
            boolean stored = parameter.name().equals("inner.bias");
            if (stored) {
              target.fill((byte) 0x3C);
            }
            return stored;
          }
        };
    try (ReferenceBackend backend = new ReferenceBackend(1);
        ArenaWeightStore store =
            ArenaWeightStore.load("test", scope.declared(), types, source, backend)) {
      Tensor weight = store.tensor("inner.weight", inner.weight().shape());
      assertThat(weight.dtype()).isEqualTo(DType.F16);
      float[] values = HostValues.download(backend, weight);
      assertThat(List.of(values[0], values[1], values[2], values[3]))
          .containsExactly(1f, 1f, 1 + 0x1p-10f, 1 + 0x1p-9f);
      Tensor bias = store.tensor("inner.bias", Shape.of(8));
      assertThat(HostValues.download(backend, bias))
          .containsOnly(Float.float16ToFloat((short) 0x3C3C));
      assertThat(store.tensor("last.weight", last.weight().shape()).dtype()).isEqualTo(DType.F32);
      assertThat(store.types().float32()).isEqualTo(Set.of("last.weight", "last.bias"));
      assertThat(store.byteSize()).isEqualTo(128 + 64 + 128 + 64);
    }
  }
}
