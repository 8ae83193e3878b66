package dev.framepack.engine.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.Fuser;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.MemoryPlan;
import dev.framepack.engine.graph.Node;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.weights.BindingReport;
import dev.framepack.weights.Component;
import dev.framepack.weights.ComponentWeights;
import dev.framepack.weights.OpenOptions;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.StorageType;
import dev.framepack.weights.TensorInfo;
import dev.framepack.weights.WeightException;
import dev.framepack.weights.config.TransformerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The published 12.87 B model, of which only names and shapes are needed. */
final class RealSizeTransformerTest {
  private static final Path TENSOR_LIST =
      Path.of("../weights-loader/src/test/resources/tensors/transformer.tsv");
  private static final long GIB = 1L << 30;

  private final PackedTransformer model = new PackedTransformer(TransformerConfig.published());

  @Test
  void declaresEveryTensorOfTheCheckpointAndNoOther() throws IOException {
    List<Parameter> listed =
        published().stream()
            .map(tensor -> new Parameter(tensor.name(), Shape.of(tensor.shape())))
            .toList();
    assertThat(model.parameters()).containsExactlyInAnyOrderElementsOf(listed);
    assertThat(model.parameters().stream().mapToLong(p -> p.shape().elementCount()).sum())
        .isBetween(12_860_000_000L, 12_880_000_000L);
  }

  @Test
  void aShardedCheckpointBindsByItsHeaders(@TempDir Path folder) throws IOException {
    BindingReport report = check(folder, published());
    assertThat(report.ok()).isTrue();
    assertThat(report.parameters()).isBetween(12_860_000_000L, 12_880_000_000L);
  }

  @Test
  void missingExtraAndMisshapenTensorsAreNamed(@TempDir Path folder) throws IOException {
    List<TensorInfo> tensors = new ArrayList<>(published());
    tensors.removeIf(tensor -> tensor.name().equals("transformer_blocks.7.attn.to_q.weight"));
    tensors.replaceAll(tensor ->
        tensor.name().equals("proj_out.weight")
            ? new TensorInfo(tensor.name(), tensor.type(), new long[] {64, 3071})
            : tensor);
    tensors.add(new TensorInfo("lora.stray.weight", StorageType.BF16, new long[] {4}));
    BindingReport report = check(folder, tensors);
    assertThat(report.missing()).containsExactly("transformer_blocks.7.attn.to_q.weight");
    assertThat(report.unexpected()).containsExactly("lora.stray.weight");
    assertThat(report.misshapen()).singleElement().asString().contains("proj_out.weight");
    try (ComponentWeights weights = open(folder)) {
      assertThatThrownBy(() -> CheckpointWeights.require(weights, model.parameters()))
          .isInstanceOf(WeightException.class)
          .hasMessageContaining("MODEL_TENSOR_MISSING")
          .hasMessageContaining("transformer_blocks.7.attn.to_q.weight");
    }
  }

  @Test
  void aStepAt640By608NeedsNoMoreThanItsLargestBlock(TestReporter report) {
    PackedShape shape = PackedShape.released(9, 80, 76, model.patch());
    ConditionShape condition = new ConditionShape(729, 100);
    assertThat(shape.packedTokens(model.patch())).isBetween(17_000, 18_000);
    Graph step = Fuser.fuse(model.step(shape, condition, StepForm.TRAINED));
    MemoryPlan plan = MemoryPlan.of(step);
    report.publishEntry("step GFLOP", Long.toString(step.flops() / 1_000_000_000));
    report.publishEntry("step arena MiB", Long.toString(plan.arenaBytes() >> 20));
    report.publishEntry("step without sharing MiB", Long.toString(plan.unsharedBytes() >> 20));
    // [attention ; mlp] of a single-stream block is 5 D wide beside its parts and the residual.
    long tokens = shape.packedTokens(model.patch()) + (long) condition.tokens();
    long widest = 12L * model.width() * tokens * Float.BYTES;
    assertThat(plan.arenaBytes()).isLessThan(widest);
    assertThat(step.flops()).isBetween(400_000_000_000_000L, 600_000_000_000_000L);
  }

  @Test
  void halfPrecisionHalvesTheMemoryOfAStepAndKeepsItsFusions() {
    Graph step =
        model.step(
            PackedShape.released(9, 80, 76, model.patch()),
            new ConditionShape(729, 100),
            StepForm.TRAINED);
    WeightTypes half = model.weightTypes(DType.BF16);
    Graph wide = CompiledGraph.lower(step, WeightTypes.FLOAT32);
    Graph narrow = CompiledGraph.lower(step, half);
    Map<String, Integer> operations = operations(narrow);
    // latents, history, condition (2) and modulation in, the last projection's input out
    assertThat(operations.remove("cast")).isEqualTo(6);
    assertThat(operations).isEqualTo(operations(wide));
    double ratio = (double) MemoryPlan.of(narrow).arenaBytes() / MemoryPlan.of(wide).arenaBytes();
    assertThat(ratio).isBetween(0.5, 0.52);
    assertThat(ArenaWeightStore.byteSize(model.parameters(), half))
        .isBetween(25_720_000_000L, 25_760_000_000L);
  }

  private static Map<String, Integer> operations(Graph graph) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Node node : graph.nodes()) {
      if (node instanceof Node.Call call) {
        counts.merge(call.op().name(), 1, Integer::sum);
      }
    }
    return counts;
  }

  @Test
  void aModelThatIsNotGuidanceDistilledHasNoGuidanceNetwork() {
    TransformerConfig published = TransformerConfig.published();
    TransformerConfig plain =
        new TransformerConfig(
            published.inChannels(),
            published.outChannels(),
            published.numAttentionHeads(),
            published.attentionHeadDim(),
            published.numLayers(),
            published.numSingleLayers(),
            published.numRefinerLayers(),
            published.mlpRatio(),
            published.patchSize(),
            published.patchSizeT(),
            false,
            published.textEmbedDim(),
            published.pooledProjectionDim(),
            published.ropeTheta(),
            published.ropeAxesDim(),
            published.imageProjDim(),
            published.nameOrPath());
    PackedTransformer undistilled = new PackedTransformer(plain);
    assertThat(undistilled.parameters()).noneMatch(p -> p.name().contains("guidance"));
    assertThat(undistilled.conditioning(2, new ConditionShape(4, 3)).inputs())
        .doesNotContainKey(TransformerIo.GUIDANCE);
    assertThat(model.conditioning(2, new ConditionShape(4, 3)).inputs())
        .containsKey(TransformerIo.GUIDANCE);
  }

  private BindingReport check(Path folder, List<TensorInfo> tensors) throws IOException {
    SafetensorsWriter.writeHeaderOnlyShards(folder, "diffusion_pytorch_model", tensors, 3);
    try (ComponentWeights weights = open(folder)) {
      return CheckpointWeights.check(weights, model.parameters());
    }
  }

  private static ComponentWeights open(Path folder) {
    return ComponentWeights.open(Component.TRANSFORMER, folder, OpenOptions.HEADER_ONLY);
  }

  /** The list of names and shapes, as BF16. */
  private static List<TensorInfo> published() throws IOException {
    return Files.readAllLines(TENSOR_LIST).stream()
        .filter(line -> !line.isBlank())
        .map(line -> line.split("\t", -1))
        .map(row -> new TensorInfo(row[0], StorageType.BF16, dims(row[1])))
        .toList();
  }

  private static long[] dims(String text) {
    return Stream.of(text.split("x", -1)).mapToLong(Long::parseLong).toArray();
  }
}
