package dev.framepack.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.GoldenTensors;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.model.text.ClipTextEncoder;
import dev.framepack.engine.model.text.LlamaTextEncoder;
import dev.framepack.engine.model.vision.SiglipVisionEncoder;
import dev.framepack.kernels.Backend;
import dev.framepack.weights.Component;
import dev.framepack.weights.ComponentWeights;
import dev.framepack.weights.OpenOptions;
import dev.framepack.weights.config.ClipTextConfig;
import dev.framepack.weights.config.LlamaConfig;
import dev.framepack.weights.config.SiglipVisionConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EncoderGoldenTest {
  private static final System.Logger LOG = System.getLogger(EncoderGoldenTest.class.getName());
  private static final Path CHECKPOINT = GoldenTensors.ROOT.resolve("pipeline/checkpoint");
  private static final Map<String, GoldenTensors.Tensor> GOLDEN = GoldenTensors.read("encoders");
  private static final int PROMPTS = 6;
  private static final int TEMPLATE_TOKENS = 95;

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void llamaHiddenStatesAgree(Backend backend) {
    Path folder = CHECKPOINT.resolve("text_encoder");
    LlamaTextEncoder encoder = new LlamaTextEncoder(LlamaConfig.read(folder));
    try (backend;
        ComponentWeights files =
            ComponentWeights.open(Component.TEXT_ENCODER, folder, OpenOptions.MAPPED);
        ArenaWeightStore weights =
            CheckpointWeights.load(
                files, encoder.parameters(), encoder.unusedParameters(), backend)) {
      for (int prompt = 0; prompt < PROMPTS; prompt++) {
        int[] ids = ints(prompt + ".llama.ids");
        int length = Arrays.stream(ints(prompt + ".llama.mask")).sum();
        float[] hidden = encoder.encode(backend, weights, Arrays.copyOf(ids, length));
        int width = hidden.length / length;
        check(
            backend,
            prompt + ".llama.embeds",
            Arrays.copyOfRange(hidden, TEMPLATE_TOKENS * width, hidden.length));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void clipPooledVectorsAgree(Backend backend) {
    Path folder = CHECKPOINT.resolve("text_encoder_2");
    ClipTextEncoder encoder = new ClipTextEncoder(ClipTextConfig.read(folder));
    try (backend;
        ArenaWeightStore weights =
            CheckpointWeights.load(
                Component.TEXT_ENCODER_2, folder, encoder.parameters(), backend)) {
      for (int prompt = 0; prompt < PROMPTS; prompt++) {
        float[] pooled = encoder.encode(backend, weights, ints(prompt + ".clip.ids"));
        check(backend, prompt + ".clip.pooled", pooled);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void siglipHiddenStatesAgree(Backend backend) {
    Path folder = CHECKPOINT.resolve("image_encoder");
    SiglipVisionEncoder encoder = new SiglipVisionEncoder(SiglipVisionConfig.read(folder));
    try (backend;
        ArenaWeightStore weights =
            CheckpointWeights.load(
                Component.IMAGE_ENCODER, folder, encoder.parameters(), backend)) {
      for (int image = 0; image < 2; image++) {
        float[] pixels = golden("image" + image + ".pixels").floats();
        check(backend, "image" + image + ".hidden", encoder.encode(backend, weights, pixels));
      }
    }
  }

  private static void check(Backend backend, String name, float[] actual) {
    double error = GoldenData.relativeL2(actual, golden(name).floats());
    LOG.log(
        System.Logger.Level.INFO,
        () -> "%s %s: relative L2 %.1e".formatted(backend.name(), name, error));
    assertThat(error).as(name).isLessThan(GoldenData.TOLERANCE);
  }

  private static int[] ints(String name) {
    return LongStream.of(golden(name).longs()).mapToInt(Math::toIntExact).toArray();
  }

  private static GoldenTensors.Tensor golden(String name) {
    return Objects.requireNonNull(GOLDEN.get(name), name);
  }
}
