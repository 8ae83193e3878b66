package dev.framepack.engine.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenTensors;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.graph.EagerRunner;
import dev.framepack.engine.graph.Graph;
import dev.framepack.kernels.Backend;
import dev.framepack.weights.Component;
import dev.framepack.weights.config.TransformerConfig;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packed transformer against the reference implementation: every tap and the output. */
final class TransformerGoldenTest {
  private static final Path FOLDER = GoldenTensors.ROOT.resolve("transformer");
  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @CsvSource({"cpu-reference, batch1", "cpu-reference, batch2"})
  void everyTapAndTheOutputEqualTheReference(
      String backendName, String folder, TestReporter report) {
    PackedTransformer model = new PackedTransformer(TransformerConfig.read(FOLDER));
    TransformerCase golden = TransformerCase.read("transformer/" + folder);
    Graph forward = golden.forward(model);
    Map<String, float[]> found;
    try (Backend backend = TransformerCase.backend(backendName);
        ArenaWeightStore weights =
            CheckpointWeights.load(Component.TRANSFORMER, FOLDER, model.parameters(), backend);
        Arena arena = Arena.ofConfined()) {
      found = new EagerRunner(backend, weights).run(forward, golden.inputs(model, arena));
    }
    Map<String, Double> errors = new TreeMap<>();
    golden
        .tensors()
        .forEach((name, tensor) -> {
          if (name.startsWith("tap.") || name.equals("output")) {
            String key = name.equals("output") ? TransformerIo.VELOCITY : name;
            errors.put(name, TransformerCase.relativeL2(found.get(key), tensor.floats()));
          }
        });
    report.publishEntry(backendName + " " + folder, errors.toString());
    assertThat(errors).hasSizeGreaterThanOrEqualTo(14);
    assertThat(errors)
        .allSatisfy((name, error) -> assertThat(error).as(name).isLessThan(TOLERANCE));
  }
}
