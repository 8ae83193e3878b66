package dev.framepack.weights.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.framepack.weights.Refusal;
import dev.framepack.weights.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Configuration files right and wrong, I05. */
class ConfigFileTest {
  private static final String FRAMEPACK = "\"has_image_proj\":true,\"has_clean_x_embedder\":true";

  @TempDir Path folder;

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("config.json"), json);
  }

  @Test
  void emptyTransformerConfigTakesThePublishedDefaults() throws IOException {
    file("{" + FRAMEPACK + "}");
    TransformerConfig config = TransformerConfig.read(folder);
    assertThat(config).isEqualTo(TransformerConfig.published());
    assertThat(config.innerDim()).isEqualTo(3072);
    assertThat(config.mlpDim()).isEqualTo(12288);
  }

  @Test
  void emptyVaeConfigTakesThePublishedDefaults() throws IOException {
    file("{}");
    assertThat(VaeConfig.read(folder)).isEqualTo(VaeConfig.published());
  }

  @Test
  void emptyEncoderConfigsTakeTheLibraryDefaults() throws IOException {
    Path file = file("{}");
    assertThat(ClipTextConfig.read(file))
        .isEqualTo(
            new ClipTextConfig(49408, 512, 2048, 12, 8, 77, 1e-5, Activation.QUICK_GELU, 49407));
    assertThat(SiglipVisionConfig.read(file))
        .isEqualTo(
            new SiglipVisionConfig(768, 3072, 12, 12, 3, 224, 16, 1e-6, Activation.GELU_TANH));
    assertThat(LlamaConfig.read(file))
        .isEqualTo(
            new LlamaConfig(
                32000, 4096, 11008, 32, 32, 32, 128, 2048, 1e-6, 10000, Activation.SILU));
    assertThat(SchedulerConfig.read(file))
        .isEqualTo(new SchedulerConfig(1000, 1.0, false, 0.5, 1.15, 256, 4096));
    assertThat(PreprocessorConfig.read(file))
        .isEqualTo(
            new PreprocessorConfig(
                224, 224, 1.0 / 255, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)));
  }

  @Test
  void transformerFieldsAreRead() throws IOException {
    file(
        """
        {"_class_name": "HunyuanVideoFramepackTransformer3DModel", "_name_or_path": "a/b",
         "in_channels": 8, "out_channels": 8, "num_attention_heads": 4, "attention_head_dim": 32,
         "num_layers": 2, "num_single_layers": 3, "num_refiner_layers": 1, "mlp_ratio": 2,
         "guidance_embeds": false, "text_embed_dim": 64, "pooled_projection_dim": 33,
         "rope_theta": 100, "rope_axes_dim": [8, 12, 12], "image_proj_dim": 34,
         "image_condition_type": null, "qk_norm": "rms_norm", %s}
        """
            .formatted(FRAMEPACK));
    assertThat(TransformerConfig.read(folder))
        .isEqualTo(
            new TransformerConfig(
                8,
                8,
                4,
                32,
                2,
                3,
                1,
                2.0,
                2,
                1,
                false,
                64,
                33,
                100.0,
                List.of(8, 12, 12),
                34,
                "a/b"));
  }

  @Test
  void bothSpellingsOfRopeTheta() throws IOException {
    assertThat(LlamaConfig.read(file("{\"rope_theta\":500000.0}")).ropeTheta()).isEqualTo(500000);
    assertThat(
            LlamaConfig.read(
                    file("{\"rope_parameters\":{\"rope_theta\":5e5,\"rope_type\":\"default\"}}"))
                .ropeTheta())
        .isEqualTo(500000);
    assertThat(
            LlamaConfig.read(file("{\"rope_theta\":5e5,\"rope_parameters\":{\"rope_theta\":5e5}}"))
                .ropeTheta())
        .isEqualTo(500000);
  }

  @Test
  void encoderInsideALargerModel() throws IOException {
    String llava =
        "{\"model_type\":\"llava\",\"text_config\":{\"model_type\":\"llama\",\"hidden_size\":64,"
            + "\"num_attention_heads\":4}}";
    assertThat(LlamaConfig.read(file(llava)).hiddenSize()).isEqualTo(64);
    String siglip = "{\"vision_config\":{\"hidden_size\":48,\"torch_dtype\":\"float16\"}}";
    assertThat(SiglipVisionConfig.read(file(siglip)).hiddenSize()).isEqualTo(48);
  }

  @Test
  void llamaHeadDimDefaultsToHiddenOverHeads() throws IOException {
    LlamaConfig config =
        LlamaConfig.read(
            file(
                "{\"hidden_size\":96,\"num_attention_heads\":6,\"head_dim\":null,"
                    + "\"dtype\":\"float16\",\"future_field\":[1]}"));
    assertThat(config.headDim()).isEqualTo(16);
    assertThat(config.numKeyValueHeads()).isEqualTo(6);
  }

  @Test
  void unknownFieldsAreWarnedAboutAndKnownOnesAreNot() throws IOException {
    Path file =
        file(
            "{\"_diffusers_version\":\"1\",\"torch_dtype\":\"float16\",\"vocab_size\":60000,"
                + "\"future_field\":1,\"other\\u001b[31m\":2}");
    try (Warnings warnings = new Warnings()) {
      assertThat(ClipTextConfig.read(file).vocabSize()).isEqualTo(60000);
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .endsWith("unknown fields are ignored: 'future_field', 'other\\u001b[31m'");
    }
  }

  private static Arguments row(
      Function<Path, Object> reader, String json, String code, String... texts) {
    return arguments(reader, json, code, texts);
  }

  private static Arguments transformer(String field, String code, String... texts) {
    return row(TransformerConfig::read, "{" + FRAMEPACK + "," + field + "}", code, texts);
  }

  static Stream<Arguments> transformerFaults() {
    return Stream.of(
        transformer(
            "\"_class_name\":\"FluxTransformer2DModel\"",
            "CONFIG_CLASS",
            "_class_name",
            "FluxTransformer2DModel",
            "HunyuanVideoFramepackTransformer3DModel"),
        transformer(
            "\"num_layers\":1000000000", "CONFIG_RANGE", "num_layers", "1000000000", "1000"),
        transformer("\"num_layers\":-1", "CONFIG_RANGE", "num_layers", "-1"),
        transformer("\"num_layers\":\"20\"", "CONFIG_TYPE", "num_layers", "\"20\"", "whole number"),
        transformer("\"num_layers\":20.5", "CONFIG_TYPE", "num_layers", "20.5"),
        transformer("\"num_layers\":99999999999999999999", "CONFIG_RANGE", "num_layers"),
        transformer("\"num_attention_heads\":0", "CONFIG_RANGE", "num_attention_heads"),
        transformer(
            "\"attention_head_dim\":64",
            "CONFIG_INCONSISTENT",
            "rope_axes_dim",
            "attention_head_dim = 64"),
        transformer("\"rope_axes_dim\":[17,55,56]", "CONFIG_INCONSISTENT", "rope_axes_dim"),
        transformer("\"rope_axes_dim\":[64,64]", "CONFIG_RANGE", "rope_axes_dim", "3 numbers"),
        transformer("\"rope_axes_dim\":7", "CONFIG_TYPE", "rope_axes_dim"),
        transformer("\"rope_axes_dim\":[16,\"x\",56]", "CONFIG_TYPE", "rope_axes_dim[1]"),
        transformer(
            "\"image_condition_type\":\"token_replace\"",
            "CONFIG_VALUE",
            "image_condition_type",
            "token_replace",
            "null"),
        transformer("\"qk_norm\":\"layer_norm\"", "CONFIG_VALUE", "qk_norm", "rms_norm"),
        transformer("\"patch_size\":4", "CONFIG_VALUE", "patch_size", "4"),
        transformer("\"mlp_ratio\":0", "CONFIG_RANGE", "mlp_ratio"),
        transformer("\"mlp_ratio\":\"4\"", "CONFIG_TYPE", "mlp_ratio"),
        transformer("\"mlp_ratio\":1e999", "CONFIG_RANGE", "mlp_ratio"),
        transformer("\"out_channels\":8", "CONFIG_INCONSISTENT", "out_channels"),
        transformer("\"guidance_embeds\":1", "CONFIG_TYPE", "guidance_embeds", "true or false"),
        transformer("\"num_layers\":1,\"num_layers\":2", "CONFIG_JSON", "num_layers"),
        row(TransformerConfig::read, "{}", "CONFIG_VALUE", "has_image_proj", "true"),
        row(
            TransformerConfig::read,
            "{\"has_image_proj\":true,\"has_clean_x_embedder\":false}",
            "CONFIG_VALUE",
            "has_clean_x_embedder"));
  }

  static Stream<Arguments> vaeFaults() {
    return Stream.of(
        row(
            VaeConfig::read,
            "{\"_class_name\":\"AutoencoderKL\"}",
            "CONFIG_CLASS",
            "AutoencoderKL"),
        row(VaeConfig::read, "{\"act_fn\":\"relu\"}", "CONFIG_VALUE", "act_fn", "silu"),
        row(
            VaeConfig::read,
            "{\"norm_num_groups\":24}",
            "CONFIG_INCONSISTENT",
            "norm_num_groups",
            "24"),
        row(
            VaeConfig::read,
            "{\"down_block_types\":[\"DownBlock2D\"]}",
            "CONFIG_VALUE",
            "down_block_types",
            "DownBlock2D"),
        row(
            VaeConfig::read,
            "{\"up_block_types\":[\"HunyuanVideoUpBlock3D\"]}",
            "CONFIG_INCONSISTENT",
            "1 up_block_types"),
        row(
            VaeConfig::read,
            "{\"temporal_compression_ratio\":8}",
            "CONFIG_VALUE",
            "temporal_compression_ratio"),
        row(
            VaeConfig::read,
            "{\"spatial_compression_ratio\":16}",
            "CONFIG_VALUE",
            "spatial_compression_ratio"),
        row(VaeConfig::read, "{\"scaling_factor\":0}", "CONFIG_RANGE", "scaling_factor"),
        row(VaeConfig::read, "{\"block_out_channels\":[]}", "CONFIG_RANGE", "block_out_channels"));
  }

  static Stream<Arguments> encoderFaults() {
    return Stream.of(
        row(
            LlamaConfig::read,
            "{\"model_type\":\"gemma\"}",
            "CONFIG_CLASS",
            "model_type",
            "gemma",
            "llama"),
        row(
            LlamaConfig::read,
            "{\"hidden_size\":64,\"num_attention_heads\":4,\"head_dim\":32}",
            "CONFIG_INCONSISTENT",
            "head_dim 32",
            "hidden_size = 64"),
        row(
            LlamaConfig::read,
            "{\"num_key_value_heads\":5}",
            "CONFIG_INCONSISTENT",
            "num_key_value_heads"),
        row(LlamaConfig::read, "{\"hidden_act\":\"gelu\"}", "CONFIG_VALUE", "hidden_act", "silu"),
        row(LlamaConfig::read, "{\"attention_bias\":true}", "CONFIG_VALUE", "attention_bias"),
        row(
            LlamaConfig::read,
            "{\"rope_scaling\":{\"rope_type\":\"llama3\"}}",
            "CONFIG_VALUE",
            "rope_scaling.rope_type",
            "llama3"),
        row(
            LlamaConfig::read,
            "{\"rope_scaling\":{\"type\":\"linear\"}}",
            "CONFIG_VALUE",
            "rope_scaling.type"),
        row(
            LlamaConfig::read,
            "{\"rope_theta\":1e4,\"rope_parameters\":{\"rope_theta\":5e5}}",
            "CONFIG_INCONSISTENT",
            "rope_theta"),
        row(ClipTextConfig::read, "{\"hidden_act\":\"gelu\"}", "CONFIG_VALUE", "quick_gelu"),
        row(ClipTextConfig::read, "{\"hidden_size\":100}", "CONFIG_INCONSISTENT", "hidden_size"),
        row(ClipTextConfig::read, "{\"vocab_size\":10}", "CONFIG_INCONSISTENT", "eos_token_id"),
        row(
            SiglipVisionConfig::read,
            "{\"hidden_act\":\"quick_gelu\"}",
            "CONFIG_VALUE",
            "gelu_pytorch_tanh"),
        row(SiglipVisionConfig::read, "{\"num_channels\":4}", "CONFIG_VALUE", "num_channels"),
        row(SiglipVisionConfig::read, "{\"patch_size\":500}", "CONFIG_INCONSISTENT", "patch_size"));
  }

  static Stream<Arguments> processingFaults() {
    return Stream.of(
        row(
            SchedulerConfig::read,
            "{\"_class_name\":\"DDIMScheduler\"}",
            "CONFIG_CLASS",
            "DDIMScheduler"),
        row(
            SchedulerConfig::read,
            "{\"use_karras_sigmas\":true}",
            "CONFIG_VALUE",
            "use_karras_sigmas"),
        row(SchedulerConfig::read, "{\"use_beta_sigmas\":true}", "CONFIG_VALUE", "use_beta_sigmas"),
        row(
            SchedulerConfig::read,
            "{\"use_exponential_sigmas\":true}",
            "CONFIG_VALUE",
            "use_exponential_sigmas"),
        row(SchedulerConfig::read, "{\"invert_sigmas\":true}", "CONFIG_VALUE", "invert_sigmas"),
        row(
            SchedulerConfig::read,
            "{\"stochastic_sampling\":true}",
            "CONFIG_VALUE",
            "stochastic_sampling"),
        row(
            SchedulerConfig::read,
            "{\"shift_terminal\":0.1}",
            "CONFIG_VALUE",
            "shift_terminal",
            "0.1",
            "null"),
        row(
            SchedulerConfig::read,
            "{\"time_shift_type\":\"linear\"}",
            "CONFIG_VALUE",
            "time_shift_type"),
        row(
            SchedulerConfig::read,
            "{\"max_image_seq_len\":256}",
            "CONFIG_INCONSISTENT",
            "max_image_seq_len"),
        row(
            PreprocessorConfig::read,
            "{\"image_processor_type\":\"CLIPImageProcessor\"}",
            "CONFIG_CLASS",
            "CLIPImageProcessor"),
        row(PreprocessorConfig::read, "{\"resample\":2}", "CONFIG_VALUE", "resample"),
        row(PreprocessorConfig::read, "{\"do_normalize\":false}", "CONFIG_VALUE", "do_normalize"),
        row(
            PreprocessorConfig::read,
            "{\"size\":{\"shortest_edge\":224}}",
            "CONFIG_VALUE",
            "size.shortest_edge"),
        row(PreprocessorConfig::read, "{\"size\":{\"height\":0}}", "CONFIG_RANGE", "size.height"),
        row(PreprocessorConfig::read, "{\"image_mean\":[0.5]}", "CONFIG_RANGE", "image_mean"),
        row(PreprocessorConfig::read, "{\"image_std\":[0,1,1]}", "CONFIG_RANGE", "image_std[0]"));
  }

  static Stream<Arguments> malformedFiles() {
    return Stream.of(
        row(VaeConfig::read, "", "CONFIG_JSON"),
        row(VaeConfig::read, "[]", "CONFIG_JSON", "object"),
        row(VaeConfig::read, "{\"a\":1", "CONFIG_JSON"),
        row(VaeConfig::read, "{} {}", "CONFIG_JSON"),
        row(VaeConfig::read, "{\"scaling_factor\":NaN}", "CONFIG_JSON"),
        row(VaeConfig::read, "{\"a\":" + "[".repeat(100_000), "CONFIG_JSON"),
        row(VaeConfig::read, " ".repeat((1 << 20) + 1), "CONFIG_JSON", "1048577", "1048576"));
  }

  @ParameterizedTest(name = "{2} {1}")
  @MethodSource({
    "transformerFaults",
    "vaeFaults",
    "encoderFaults",
    "processingFaults",
    "malformedFiles"
  })
  void isRefused(Function<Path, Object> reader, String json, String code, String[] texts)
      throws IOException {
    Path file = file(json);
    Refusal.of(() -> reader.apply(file), code, texts);
  }

  @Test
  void missingFile() {
    Refusal.of(() -> VaeConfig.read(folder), "CONFIG_MISSING", "config.json", "does not exist");
    Refusal.of(() -> SchedulerConfig.read(folder), "CONFIG_MISSING", "scheduler_config.json");
  }
}
