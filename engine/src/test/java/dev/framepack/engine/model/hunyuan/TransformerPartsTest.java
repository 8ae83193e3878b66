package dev.framepack.engine.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.model.ModelHarness;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.Backend;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The parts that are evaluated once per video, section and step, put together again. */
final class TransformerPartsTest {
  /** Row of the golden timestep among the steps evaluated together. */
  private static final int ROW = 1;

  private static final int STEPS = 3;

  private final PackedTransformer model = TransformerCase.model();

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void conditioningHistoryAndStepGiveTheReferenceOutput(Backend backend) {
    TransformerCase golden = TransformerCase.read("batch1");
    try (backend;
        ArenaWeightStore weights = TransformerCase.weights(model, backend)) {
      Map<String, float[]> inputs = stepInputs(golden, backend, weights);
      Graph step = model.step(golden.shape(), visible(golden), StepForm.TRAINED);
      float[] velocity = run(backend, weights, step, inputs).get(TransformerIo.VELOCITY);
      assertThat(GoldenData.relativeL2(velocity, golden.floats("output")))
          .isLessThan(GoldenData.TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void embedBlocksAndHeadGiveTheSameBitsAsTheStep(Backend backend) {
    TransformerCase golden = TransformerCase.read("batch1");
    PackedShape shape = golden.shape();
    try (backend;
        ArenaWeightStore weights = TransformerCase.weights(model, backend)) {
      Map<String, float[]> inputs = stepInputs(golden, backend, weights);
      Map<String, float[]> whole =
          run(backend, weights, model.step(shape, visible(golden), StepForm.TRAINED), inputs);

      Map<String, float[]> embedded =
          run(backend, weights, model.embed(shape, StepForm.TRAINED), inputs);
      inputs.put(TransformerIo.PACKED_TOKENS, embedded.get(TransformerIo.PACKED_TOKENS));
      inputs.putAll(
          run(backend, weights, model.blocks(shape, visible(golden), StepForm.TRAINED), inputs));
      Map<String, float[]> split =
          run(backend, weights, model.head(shape, StepForm.TRAINED), inputs);

      assertThat(split.get(TransformerIo.VELOCITY)).isEqualTo(whole.get(TransformerIo.VELOCITY));
      assertThat(
              GoldenData.relativeL2(
                  embedded.get(TransformerIo.PACKED_TOKENS), golden.floats("tap.packed_hidden")))
          .isLessThan(GoldenData.TOLERANCE);
      assertThat(embedded.get(TransformerIo.MODULATED_INPUT))
          .hasSameSizeAs(embedded.get(TransformerIo.PACKED_TOKENS))
          .isNotEqualTo(embedded.get(TransformerIo.PACKED_TOKENS));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void stepsEvaluatedTogetherEqualStepsEvaluatedAlone(Backend backend) {
    TransformerCase golden = TransformerCase.read("batch1");
    try (backend;
        ArenaWeightStore weights = TransformerCase.weights(model, backend)) {
      Map<String, float[]> together = conditioning(golden, 0, STEPS, backend, weights);
      Map<String, float[]> alone = conditioning(golden, 0, 1, backend, weights);
      for (String name : new String[] {TransformerIo.MODULATION, TransformerIo.CONTEXT}) {
        assertThat(GoldenData.relativeL2(row(together.get(name), ROW, STEPS), alone.get(name)))
            .as(name)
            .isLessThan(1e-6);
      }
      assertThat(row(together.get(TransformerIo.MODULATION), 0, STEPS))
          .isNotEqualTo(alone.get(TransformerIo.MODULATION));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void promptsConditionedAloneMakeABatch(Backend backend) {
    TransformerCase golden = TransformerCase.read("batch2");
    try (backend;
        ArenaWeightStore weights = TransformerCase.weights(model, backend)) {
      Map<String, float[]> inputs = new HashMap<>(golden.attentionInputs(model));
      inputs.putAll(golden.arguments(TransformerIo.LATENTS));
      inputs.putAll(history(golden, backend, weights));
      Map<String, float[]> first = conditioning(golden, 0, 1, backend, weights);
      Map<String, float[]> second = conditioning(golden, 1, 1, backend, weights);
      first.forEach((name, values) -> inputs.put(name, joined(values, second.get(name))));
      Graph step = model.step(golden.shape(), golden.condition(), StepForm.TRAINED);
      float[] velocity = run(backend, weights, step, inputs).get(TransformerIo.VELOCITY);
      assertThat(GoldenData.relativeL2(velocity, golden.floats("output")))
          .isLessThan(GoldenData.TOLERANCE);
    }
  }

  /** Image tokens and the real text tokens. */
  private static ConditionShape visible(TransformerCase golden) {
    return new ConditionShape(golden.condition().imageTokens(), golden.realTextTokens());
  }

  /** All inputs of the step graph, its conditioning cut out of several steps'. */
  private Map<String, float[]> stepInputs(
      TransformerCase golden, Backend backend, ArenaWeightStore weights) {
    Map<String, float[]> inputs = new HashMap<>(golden.attentionInputs(model));
    inputs.putAll(golden.arguments(TransformerIo.LATENTS));
    inputs.putAll(history(golden, backend, weights));
    Map<String, float[]> conditioning = conditioning(golden, 0, STEPS, backend, weights);
    inputs.put(
        TransformerIo.MODULATION, row(conditioning.get(TransformerIo.MODULATION), ROW, STEPS));
    float[] context = row(conditioning.get(TransformerIo.CONTEXT), ROW, STEPS); // [T, D]
    inputs.put(
        TransformerIo.CONTEXT, Arrays.copyOf(context, golden.realTextTokens() * model.width()));
    inputs.put(TransformerIo.IMAGE_TOKENS, conditioning.get(TransformerIo.IMAGE_TOKENS));
    return inputs;
  }

  /** Conditioning of one sample; the golden timestep is row {@link #ROW} of several. */
  private Map<String, float[]> conditioning(
      TransformerCase golden, int sample, int steps, Backend backend, ArenaWeightStore weights) {
    Map<String, float[]> inputs = new HashMap<>();
    for (String name :
        new String[] {
          TransformerIo.GUIDANCE,
          TransformerIo.POOLED,
          TransformerIo.TEXT,
          TransformerIo.TEXT_MASK,
          TransformerIo.IMAGE_EMBEDS
        }) {
      inputs.put(name, golden.sample(name, sample));
    }
    float timestep = golden.sample(TransformerIo.TIMESTEP, sample)[0];
    inputs.put(
        TransformerIo.TIMESTEP,
        steps == 1 ? new float[] {timestep} : new float[] {1000f, timestep, 3.5f});
    return run(backend, weights, model.conditioning(steps, golden.condition()), inputs);
  }

  private Map<String, float[]> history(
      TransformerCase golden, Backend backend, ArenaWeightStore weights) {
    Graph history = model.history(golden.shape(), new HostConstants());
    return run(backend, weights, history, golden.context());
  }

  private static Map<String, float[]> run(
      Backend backend, ArenaWeightStore weights, Graph graph, Map<String, float[]> available) {
    Map<String, float[]> inputs = new HashMap<>(available);
    inputs.keySet().retainAll(graph.inputs().keySet());
    return ModelHarness.run(backend, weights, graph, new HostConstants(), inputs);
  }

  private static float[] row(float[] rows, int row, int count) {
    int size = rows.length / count;
    return Arrays.copyOfRange(rows, row * size, (row + 1) * size);
  }

  private static float[] joined(float[] a, float[] b) {
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
