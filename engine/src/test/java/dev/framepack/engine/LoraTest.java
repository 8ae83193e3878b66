package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a LoRA does to a video, and what tells of it. */
final class LoraTest {
  private static final int HIDDEN = 32;
  private static final VideoRequest REQUEST = TinyVideos.request().steps(2).seed(3).build();

  @TempDir Path folder;

  private Path lora(String module, float value) throws IOException {
    float[] values = new float[HIDDEN];
    Arrays.fill(values, value);
    Path file = folder.resolve(module + ".safetensors");
    SafetensorsWriter.write(
        file,
        List.of(
            WeightTensor.ofFloats(
                "transformer." + module + ".lora_A.weight", new long[] {1, HIDDEN}, values),
            WeightTensor.ofFloats(
                "transformer." + module + ".lora_B.weight", new long[] {HIDDEN, 1}, values)),
        Map.of());
    return file;
  }

  private static EngineConfig.Builder config() {
    return EngineConfig.builder().models(TinyVideos.CHECKPOINT).backend(BackendKind.CPU).threads(1);
  }

  private static float[] latents(EngineConfig.Builder config) {
    try (FramePackEngine engine = FramePack.open(config.build())) {
      return TinyVideos.latents(engine, REQUEST).getLast();
    }
  }

  @Test
  void latentsChangeUnlessTheStrengthIsZero() throws IOException {
    Path lora = lora("transformer_blocks.0.attn.to_v", 0.1f);
    float[] plain = latents(config());
    assertThat(latents(config().lora(lora, 0))).containsExactly(plain);
    float[] changed = latents(config().lora(lora, 1));
    assertThat(changed).isNotEqualTo(plain);
    assertThat(latents(config().lora(lora, -1))).isNotEqualTo(changed).isNotEqualTo(plain);
  }

  @Test
  void theResultTellsFilesHashesAndStrengths() throws IOException {
    Path first = lora("transformer_blocks.0.attn.to_v", 0.1f);
    Path second = lora("single_transformer_blocks.0.attn.to_q", 0.1f);
    try (FramePackEngine engine =
            FramePack.open(config().lora(first, 0.5).lora(second, -2).build());
        VideoResult result = engine.generate(REQUEST, GenerationListener.NONE)) {
      String hash =
          engine.modelHashes().get("lora/1/transformer_blocks.0.attn.to_v.safetensors:0.5");
      assertThat(hash).matches("[0-9a-f]{64}");
      assertThat(engine.modelHashes())
          .containsKey("lora/2/single_transformer_blocks.0.attn.to_q.safetensors:-2.0");
      assertThat(result.metadata().get("loras"))
          .asInstanceOf(InstanceOfAssertFactories.LIST)
          .hasSize(2)
          .first()
          .isEqualTo(
              Map.of(
                  "file",
                  "transformer_blocks.0.attn.to_v.safetensors",
                  "sha256",
                  hash,
                  "strength",
                  0.5));
    }
  }

  @Test
  void whatDoesNotFitIsRefusedAndPlanningSaysSoToo() throws IOException {
    Path stranger = lora("transformer_blocks.7.attn.to_v", 1);
    for (EngineConfig config :
        List.of(
            config().lora(stranger, 1).build(),
            config().lora(stranger, 0).build(),
            config().lora(lora("proj_out", 1), 1).build(),
            config().lora(folder.resolve("none"), 1).build())) {
      assertThatThrownBy(() -> FramePack.open(config))
          .isInstanceOf(FramePackException.class)
          .hasMessageStartingWith("LORA_");
      assertThatThrownBy(() -> FramePack.plan(config, REQUEST)).hasMessageStartingWith("LORA_");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-10.01, 11, Double.NaN, Double.POSITIVE_INFINITY})
  void strengthsHaveLimits(double strength) {
    assertThatThrownBy(() -> config().lora(Path.of("style.safetensors"), strength))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("style.safetensors must be -10 to 10, found " + strength);
  }
}
