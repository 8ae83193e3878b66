package dev.framepack.engine.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.graph.EagerRunner;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.ModelHarness;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.Backend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packed transformer against the reference implementation. */
final class TransformerGoldenTest {

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void oneSampleWithCroppedText(Backend backend, TestReporter report) {
    everyTapAndTheOutputEqualTheReference(backend, "batch1", report);
  }

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void twoSamplesWithMaskedText(Backend backend, TestReporter report) {
    everyTapAndTheOutputEqualTheReference(backend, "batch2", report);
  }

  private static void everyTapAndTheOutputEqualTheReference(
      Backend backend, String name, TestReporter report) {
    PackedTransformer model = TransformerCase.model();
    TransformerCase golden = TransformerCase.read(name);
    Graph forward = golden.forward(model);
    Map<String, float[]> eager;
    Map<String, float[]> compiled;
    try (backend;
        ArenaWeightStore weights = TransformerCase.weights(model, backend)) {
      eager = eager(backend, weights, forward, inputs(golden, forward, model));
      compiled =
          ModelHarness.run(
              backend, weights, forward, new HostConstants(), inputs(golden, forward, model));
    }
    Map<String, Double> errors = new TreeMap<>();
    golden.tensors().keySet().stream()
        .filter(key -> key.startsWith("tap."))
        .forEach(key -> errors.put(key, GoldenData.relativeL2(eager.get(key), golden.floats(key))));
    float[] output = golden.floats("output");
    errors.put("output", GoldenData.relativeL2(eager.get(TransformerIo.VELOCITY), output));
    errors.put(
        "output, compiled", GoldenData.relativeL2(compiled.get(TransformerIo.VELOCITY), output));
    report.publishEntry(backend.name() + " " + name, errors.toString());
    assertThat(errors)
        .hasSize(16)
        .allSatisfy((key, error) -> assertThat(error).as(key).isLessThan(GoldenData.TOLERANCE));
  }

  private static Map<String, float[]> inputs(
      TransformerCase golden, Graph graph, PackedTransformer model) {
    Map<String, float[]> inputs = new HashMap<>(golden.attentionInputs(model));
    for (String name : graph.inputs().keySet()) {
      inputs.computeIfAbsent(name, golden::floats);
    }
    return inputs;
  }

  private static Map<String, float[]> eager(
      Backend backend, ArenaWeightStore weights, Graph graph, Map<String, float[]> inputs) {
    try (Arena arena = Arena.ofConfined()) {
      Map<String, MemorySegment> segments = new HashMap<>();
      inputs.forEach((name, values) -> segments.put(name, HostValues.segment(arena, values)));
      return new EagerRunner(backend, weights).run(graph, segments);
    }
  }
}
