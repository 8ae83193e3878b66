package dev.framepack.engine.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.nn.TokenInput;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.DType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Timesteps of their own for parts of the sequence, and causal attention. */
final class StepFormTest {
  private static final PatchSize PATCH = new PatchSize(1, 2, 2);
  private static final int FRAMES = 3;
  private static final int SIDE = 4;
  private static final ConditionShape CONDITION = new ConditionShape(4, 6);
  private static final StepForm OWN_TIMESTEPS = new StepForm(true, false);
  private static final StepForm CAUSAL = new StepForm(false, true);

  private final PackedTransformer model = TransformerCase.model();
  private final PackedShape shape =
      new PackedShape(
          1,
          FRAMES,
          SIDE,
          SIDE,
          List.of(ContextShape.frames(2, PATCH.times(2)), ContextShape.frames(2, PATCH)));

  /** Random inputs of the step, one row of modulations. */
  private Map<String, float[]> inputs() {
    Map<String, float[]> inputs = new HashMap<>();
    int width = model.width();
    inputs.put(TransformerIo.LATENTS, random(1, 16 * FRAMES * SIDE * SIDE));
    inputs.put(TransformerIo.HISTORY_TOKENS, random(2, shape.historyTokens() * width));
    inputs.put(TransformerIo.IMAGE_TOKENS, random(3, CONDITION.imageTokens() * width));
    inputs.put(TransformerIo.CONTEXT, random(4, CONDITION.textTokens() * width));
    inputs.put(TransformerIo.MODULATION, random(5, model.modulationWidth()));
    RopeTables rope =
        model.ropeTables(
            shape,
            new FrameIndices(new int[] {4, 5, 6}, List.of(new int[] {0, 1}, new int[] {2, 3})));
    inputs.put(TransformerIo.ROPE_COS, rope.cos());
    inputs.put(TransformerIo.ROPE_SIN, rope.sin());
    return inputs;
  }

  private static float[] random(long seed, int count) {
    float[] values = new TorchRandom(seed).randn(count);
    for (int i = 0; i < count; i++) {
      values[i] *= 0.5f;
    }
    return values;
  }

  private float[] velocity(Backend backend, StepForm form, Map<String, float[]> inputs) {
    try (ArenaWeightStore weights = TransformerCase.weights(model, backend);
        CompiledGraph step =
            CompiledGraph.compile(model.step(shape, CONDITION, form), backend, weights)) {
      int[] groups = shape.groups(PATCH);
      for (String name : step.graph().inputs().keySet()) {
        switch (name) {
          case TransformerIo.PACKED_ROWS ->
              TokenInput.upload(backend, rowOfToken(groups), step.input(name));
          case TransformerIo.CONDITION_ROWS -> {
            int[] rows = new int[CONDITION.tokens()];
            Arrays.fill(rows, groups.length);
            TokenInput.upload(backend, rows, step.input(name));
          }
          default -> HostValues.upload(backend, inputs.get(name), step.input(name));
        }
      }
      step.run();
      return HostValues.download(backend, step.output(TransformerIo.VELOCITY));
    }
  }

  private static int[] rowOfToken(int... groups) {
    int[] rows = new int[Arrays.stream(groups).sum()];
    int next = 0;
    for (int group = 0; group < groups.length; group++) {
      Arrays.fill(rows, next, next + groups[group], group);
      next += groups[group];
    }
    return rows;
  }

  /** The same row of modulations for every group. */
  private Map<String, float[]> repeated(Map<String, float[]> inputs) {
    Map<String, float[]> changed = new HashMap<>(inputs);
    float[] row = inputs.get(TransformerIo.MODULATION);
    float[] rows = new float[shape.timesteps() * row.length];
    for (int i = 0; i < shape.timesteps(); i++) {
      System.arraycopy(row, 0, rows, i * row.length, row.length);
    }
    changed.put(TransformerIo.MODULATION, rows);
    return changed;
  }

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void equalTimestepsGiveWhatOneTimestepGives(Backend backend) {
    try (backend) {
      Map<String, float[]> inputs = inputs();
      float[] expected = velocity(backend, StepForm.TRAINED, inputs);
      float[] found = velocity(backend, OWN_TIMESTEPS, repeated(inputs));
      assertThat(GoldenData.relativeL2(found, expected)).isLessThan(1e-6);
    }
  }

  /** One frame's timestep reaches the others through attention only: its own row is the head's. */
  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void everyGroupIsModulatedByItsOwnRow(Backend backend) {
    try (backend) {
      Map<String, float[]> inputs = repeated(inputs());
      float[] before = velocity(backend, OWN_TIMESTEPS, inputs);
      for (int group = 0; group < shape.timesteps(); group++) {
        Map<String, float[]> changed = new HashMap<>(inputs);
        float[] rows = inputs.get(TransformerIo.MODULATION).clone();
        int width = model.modulationWidth();
        System.arraycopy(random(100 + group, width), 0, rows, group * width, width);
        changed.put(TransformerIo.MODULATION, rows);
        float[] after = velocity(backend, OWN_TIMESTEPS, changed);
        int frame = group - shape.context().size();
        double[] distances = distances(before, after);
        assertThat(distances).as("group %d reaches all", group).doesNotContain(0);
        if (frame >= 0 && frame < FRAMES) {
          double own = distances[frame];
          for (int other = 0; other < FRAMES; other++) {
            assertThat(other == frame || distances[other] < own / 3)
                .as("frame %d against %d: %s", other, frame, Arrays.toString(distances))
                .isTrue();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void causallyAFrameDoesNotSeeLaterOnes(Backend backend) {
    try (backend) {
      Map<String, float[]> inputs = inputs();
      float[] before = velocity(backend, CAUSAL, inputs);
      for (int frame = 0; frame < FRAMES; frame++) {
        Map<String, float[]> changed = new HashMap<>(inputs);
        float[] latents = inputs.get(TransformerIo.LATENTS).clone();
        for (int c = 0; c < 16; c++) {
          int start = (c * FRAMES + frame) * SIDE * SIDE;
          Arrays.fill(latents, start, start + SIDE * SIDE, 1.5f);
        }
        changed.put(TransformerIo.LATENTS, latents);
        double[] distances = distances(before, velocity(backend, CAUSAL, changed));
        for (int other = 0; other < FRAMES; other++) {
          assertThat(distances[other] > 0)
              .as("change of frame %d seen by %d", frame, other)
              .isEqualTo(other >= frame);
        }
      }
      assertThat(GoldenData.relativeL2(before, velocity(backend, StepForm.TRAINED, inputs)))
          .isGreaterThan(1e-3);
    }
  }

  /** With one frame and one part of context after which nothing comes, little is hidden. */
  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void causallyTheLastFrameSeesTheWholeContext(Backend backend) {
    try (backend) {
      Map<String, float[]> inputs = inputs();
      float[] before = velocity(backend, CAUSAL, inputs);
      Map<String, float[]> changed = new HashMap<>(inputs);
      float[] history = inputs.get(TransformerIo.HISTORY_TOKENS).clone();
      Arrays.fill(history, 0, model.width(), 2f);
      changed.put(TransformerIo.HISTORY_TOKENS, history);
      assertThat(distances(before, velocity(backend, CAUSAL, changed))).doesNotContain(0);
      changed = new HashMap<>(inputs);
      float[] text = inputs.get(TransformerIo.CONTEXT).clone();
      Arrays.fill(text, 0, model.width(), 2f);
      changed.put(TransformerIo.CONTEXT, text);
      assertThat(distances(before, velocity(backend, CAUSAL, changed))).doesNotContain(0);
    }
  }

  /** Distance of two velocities, frame by frame. */
  private static double[] distances(float[] a, float[] b) {
    double[] distances = new double[FRAMES];
    int plane = SIDE * SIDE;
    for (int i = 0; i < a.length; i++) {
      distances[i / plane % FRAMES] += Math.abs(a[i] - b[i]);
    }
    return distances;
  }

  @Test
  void bothNeedOneSample() {
    PackedShape two =
        new PackedShape(2, FRAMES, SIDE, SIDE, List.of(ContextShape.frames(1, PATCH)));
    for (StepForm form : List.of(OWN_TIMESTEPS, CAUSAL)) {
      assertThatThrownBy(() -> model.step(two, CONDITION, form))
          .hasMessageContaining("need batch 1, found 2");
    }
  }

  @Test
  void theFormsRunInHalfPrecisionToo() {
    for (StepForm form : List.of(OWN_TIMESTEPS, CAUSAL)) {
      assertThat(
              CompiledGraph.lower(model.step(shape, CONDITION, form), model.weightTypes(DType.BF16))
                  .nodes())
          .isNotEmpty();
    }
  }
}
