package dev.framepack.weights.lora;

import static dev.framepack.weights.lora.LoraTensors.good;
import static dev.framepack.weights.lora.LoraTensors.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.weights.Refusal;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What else a LoRA file may say: other kinds of adapters, and alpha in its metadata. */
class LoraMetadataTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "transformer.x.lora_magnitude_vector, DoRA",
    "lora_unet_x.dora_scale, DoRA",
    "lora_unet_x.lokr_w1, LoKr",
    "lora_unet_x.hada_w1_a, LoHa",
    "lora_unet_x.oft_blocks, OFT",
    "lora_unet_x.lora_mid.weight, a Tucker decomposition",
    "transformer.x.lora_B.bias, changes of biases",
    "diffusion_model.x.diff, whole differences",
    "lora_te1_text_model_x.lora_down.weight, for a text encoder",
    "text_encoder.x.lora_A.weight, for a text encoder"
  })
  void otherAdaptersAreRefusedByName(String key, String kind) {
    List<WeightTensor> tensors = good(LoraFormat.DIFFUSERS);
    tensors.add(tensor(key, 1, 1));
    Refusal.of(
        () -> LoraTensors.open(folder, tensors),
        "LORA_UNSUPPORTED",
        "1 of 7 keys are " + kind,
        "'" + key + "'");
  }

  @Test
  void alphaIsReadFromMetadataToo() throws IOException {
    List<WeightTensor> tensors = good(LoraFormat.DIFFUSERS);
    tensors.removeIf(tensor -> tensor.name().endsWith("to_q.alpha"));
    assertThat(alphas(tensors, Map.of("ss_network_alpha", "1.5"))).containsExactly(1.5, 8.0);
    assertThat(alphas(tensors, Map.of("ss_network_alpha", "None"))).containsExactly(2.0, 8.0);
    assertThat(alphas(tensors, peft("{\"transformer.lora_alpha\": 16, \"transformer.r\": 2}")))
        .containsExactly(16.0, 8.0);
    assertThat(alphas(tensors, peft("{\"text_encoder.lora_alpha\": 3}"))).containsExactly(2.0, 8.0);
    assertThat(
            alphas(
                tensors,
                peft(
                    "{\"transformer.lora_alpha\": 16,"
                        + " \"transformer.alpha_pattern\": {\"attn.to_q\": 4}}")))
        .containsExactly(4.0, 8.0);
  }

  private static Map<String, String> peft(String json) {
    return Map.of("lora_adapter_metadata", json);
  }

  private List<Double> alphas(List<WeightTensor> tensors, Map<String, String> metadata)
      throws IOException {
    try (LoraFile lora = LoraTensors.open(folder, tensors, metadata)) {
      return lora.targets().stream().map(LoraTarget::alpha).toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ss_network_alpha      | eight                                           | LORA_METADATA
          ss_network_alpha      | 0                                               | LORA_ALPHA
          ss_network_alpha      | NaN                                             | LORA_ALPHA
          lora_adapter_metadata | {                                               | LORA_METADATA
          lora_adapter_metadata | []                                              | LORA_METADATA
          lora_adapter_metadata | {"a": 1, "a": 1}                                | LORA_METADATA
          lora_adapter_metadata | [[[[[[[[[[]]]]]]]]]]                            | LORA_METADATA
          lora_adapter_metadata | {"transformer.lora_alpha": "8"}                 | LORA_METADATA
          lora_adapter_metadata | {"transformer.lora_alpha": 0}                   | LORA_ALPHA
          lora_adapter_metadata | {"transformer.lora_alpha": 1e400}               | LORA_ALPHA
          lora_adapter_metadata | {"transformer.alpha_pattern": {".*to_q": 4}}    | LORA_METADATA
          lora_adapter_metadata | {"transformer.alpha_pattern": {"to_q": {}}}     | LORA_METADATA
          lora_adapter_metadata | {"transformer.use_dora": true}                  | LORA_UNSUPPORTED
          lora_adapter_metadata | {"transformer.use_rslora": true}                | LORA_UNSUPPORTED
          """)
  void badMetadataAreRefused(String key, String value, String code) {
    Refusal.of(
        () -> LoraTensors.open(folder, good(LoraFormat.DIFFUSERS), Map.of(key, value)),
        code,
        "lora.safetensors");
  }
}
