package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The memory of the published model, of which only configurations are needed. */
final class PublishedModelPlanTest {
  private static final Path SMALL = GoldenData.path("pipeline/checkpoint");
  private static final long LIMIT = 6_000_000_000L;

  /** Sizes of the published checkpoint, by file. */
  private static final Map<String, String> SIZES =
      Map.of(
          "transformer/config.json",
          """
          {"attention_head_dim": 128, "num_attention_heads": 24, "num_layers": 20,
           "num_single_layers": 40, "num_refiner_layers": 2, "mlp_ratio": 4.0,
           "image_proj_dim": 1152, "pooled_projection_dim": 768, "text_embed_dim": 4096,
           "rope_axes_dim": [16, 56, 56]}
          """,
          "vae/config.json",
          """
          {"block_out_channels": [128, 256, 512, 512], "layers_per_block": 2,
           "norm_num_groups": 32}
          """,
          "text_encoder/config.json",
          """
          {"head_dim": 128, "hidden_size": 4096, "intermediate_size": 14336,
           "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
           "vocab_size": 128320}
          """,
          "text_encoder_2/config.json",
          """
          {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12,
           "num_hidden_layers": 12, "vocab_size": 49408}
          """,
          "image_encoder/config.json",
          """
          {"hidden_size": 1152, "image_size": 384, "intermediate_size": 4304,
           "num_attention_heads": 16, "num_hidden_layers": 27, "patch_size": 14}
          """,
          "feature_extractor/preprocessor_config.json",
          """
          {"size": {"height": 384, "width": 384}}
          """);

  @Test
  void fiveSecondsAt640By608FitIntoSixGigabytes(@TempDir Path folder, TestReporter reporter)
      throws IOException {
    copyConfigurations(folder);
    EngineConfig config =
        EngineConfig.builder()
            .models(folder)
            .backend(BackendKind.CUDA_EMULATED)
            .deviceMemoryBytes(LIMIT)
            .threads(1)
            .build();
    MemoryForecast forecast = FramePack.plan(config, request(true)).memory();
    reporter.publishEntry("tiled", forecast.describe());
    assertThat(forecast.fits()).isTrue();
    assertThat(forecast.peakBytes()).isBetween(LIMIT / 2, LIMIT);
    // 12.87 B parameters in bfloat16, the encoders in float16, less what stays on the device
    assertThat(forecast.streamedBytes()).isBetween(38_000_000_000L, 42_000_000_000L);
    GenerationPlan untiled = FramePack.plan(config, request(false));
    assertThat(untiled.fits()).as("without tiles").isFalse();
    assertThat(untiled.memory().fits()).isFalse();
    assertThat(untiled.changes().getFirst().change()).isEqualTo("--vae-tiling");
    assertThat(untiled.changes().getFirst().peakBytes()).isEqualTo(forecast.peakBytes());
  }

  private static VideoRequest request(boolean tiling) {
    return VideoRequest.builder()
        .image(Rgb8Image.read(GoldenData.path("pipeline/framepack_f1/image.png")))
        .prompt("a square moves")
        .size(640, 608)
        .seconds(5)
        .steps(2)
        .seed(1)
        .vaeTiling(tiling)
        .build();
  }

  private static void copyConfigurations(Path folder) throws IOException {
    JsonMapper json = JsonMapper.builder().build();
    try (Stream<Path> files = Files.walk(SMALL)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = SMALL.relativize(file).toString();
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        if (SIZES.containsKey(name)) {
          ObjectNode config = (ObjectNode) json.readTree(Files.readString(file));
          config.setAll((ObjectNode) json.readTree(SIZES.get(name)));
          Files.writeString(target, json.writeValueAsString(config));
        } else if (!name.endsWith(".safetensors")) {
          Files.copy(file, target);
        }
      }
    }
  }
}
