package dev.framepack.weights.lora;

import static dev.framepack.weights.lora.LoraTensors.IN;
import static dev.framepack.weights.lora.LoraTensors.MODEL;
import static dev.framepack.weights.lora.LoraTensors.OUT;
import static dev.framepack.weights.lora.LoraTensors.RANK;
import static dev.framepack.weights.lora.LoraTensors.down;
import static dev.framepack.weights.lora.LoraTensors.good;
import static dev.framepack.weights.lora.LoraTensors.target;
import static dev.framepack.weights.lora.LoraTensors.tensor;
import static dev.framepack.weights.lora.LoraTensors.up;
import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.weights.ExpectedTensor;
import dev.framepack.weights.Refusal;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which weights of a model a LoRA changes. */
class LoraMatchTest {
  @TempDir Path folder;

  private LoraFile open(List<WeightTensor> tensors) throws IOException {
    return LoraTensors.open(folder, tensors);
  }

  @Test
  void keysThatMatchNothing() throws IOException {
    List<WeightTensor> tensors = new ArrayList<>();
    for (int i = 0; i < 156; i++) {
      tensors.add(tensor("transformer.blocks.%s.lora_A.weight".formatted(i), RANK, IN));
      tensors.add(tensor("transformer.blocks.%s.lora_B.weight".formatted(i), OUT, RANK));
    }
    List<ExpectedTensor> half =
        IntStream.range(0, 149)
            .mapToObj(i -> ExpectedTensor.of("blocks." + i + ".weight", OUT, IN))
            .toList();
    try (LoraFile lora = open(tensors)) {
      Refusal.of(
          () -> lora.match(MODEL),
          "LORA_UNMATCHED",
          "0 of 312 keys matched",
          "156 of 156 targets",
          "'blocks.0'");
      Refusal.of(
          () -> lora.match(half),
          "LORA_UNMATCHED",
          "298 of 312 keys matched",
          "7 of 156 targets",
          "'blocks.149', 'blocks.150', 'blocks.151', 'blocks.152', 'blocks.153', ...");
      Refusal.of(() -> lora.match(List.of()), "LORA_UNMATCHED", "0 of 312 keys matched");
    }
  }

  @Test
  void shapesMustFitTheWeight() throws IOException {
    List<ExpectedTensor> wider = new ArrayList<>(MODEL);
    wider.set(0, ExpectedTensor.of(MODEL.getFirst().name(), OUT, IN + 1));
    try (LoraFile lora = open(good(LoraFormat.KOHYA))) {
      Refusal.of(
          () -> lora.match(wider),
          "LORA_SHAPE",
          "'transformer_blocks_0_attn_to_q' changes a weight of [4, 3], expected [4, 4]");
    }
  }

  @Test
  void oneUnderscoredNameForTwoWeights() throws IOException {
    List<ExpectedTensor> model = new ArrayList<>(MODEL);
    model.add(ExpectedTensor.of("transformer_blocks.0.attn_to.q.weight", OUT, IN));
    try (LoraFile lora = open(good(LoraFormat.KOHYA))) {
      Refusal.of(() -> lora.match(model), "LORA_AMBIGUOUS", "stands for 2 weights");
    }
    try (LoraFile lora = open(good(LoraFormat.DIFFUSERS))) {
      assertThat(lora.match(model)).hasSize(2);
    }
  }

  private static final List<ExpectedTensor> ATTENTION =
      List.of(
          ExpectedTensor.of("transformer_blocks.0.attn.to_v.weight", OUT, IN),
          ExpectedTensor.of("transformer_blocks.0.attn.to_k.weight", OUT, IN),
          ExpectedTensor.of("transformer_blocks.0.attn.to_q.weight", OUT, IN));

  @ParameterizedTest
  @EnumSource
  void anOriginalTargetChangesTheWeightsItStandsFor(LoraFormat format) throws IOException {
    String target = target(format, "double_blocks.0.img_attn_qkv");
    try (LoraFile lora =
        open(
            List.of(
                tensor(target + down(format), RANK, IN),
                tensor(target + up(format), 3 * OUT, RANK)))) {
      Map<String, LoraChange> changes = lora.match(ATTENTION);
      assertThat(changes.keySet())
          .containsExactly(
              "transformer_blocks.0.attn.to_q.weight",
              "transformer_blocks.0.attn.to_k.weight",
              "transformer_blocks.0.attn.to_v.weight");
      assertThat(changes.values())
          .extracting(LoraChange::firstRow)
          .containsExactly(0L, (long) OUT, 2L * OUT);
    }
    Refusal.of(
        () -> {
          try (LoraFile lora =
              open(
                  List.of(
                      tensor(target + down(format), RANK, IN),
                      tensor(target + up(format), OUT, RANK)))) {
            lora.match(ATTENTION);
          }
        },
        "LORA_SHAPE",
        "[4, 3], expected [12, 3]");
  }

  @Test
  void twoTargetsOfOneWeight() throws IOException {
    List<WeightTensor> tensors =
        List.of(
            tensor("lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight", RANK, IN),
            tensor("lora_unet_double_blocks_0_img_attn_qkv.lora_up.weight", 3 * OUT, RANK),
            tensor("lora_unet_transformer_blocks_0_attn_to_k.lora_down.weight", RANK, IN),
            tensor("lora_unet_transformer_blocks_0_attn_to_k.lora_up.weight", OUT, RANK));
    try (LoraFile lora = open(tensors)) {
      Refusal.of(
          () -> lora.match(ATTENTION),
          "LORA_AMBIGUOUS",
          "both change 'transformer_blocks.0.attn.to_k.weight'");
    }
  }
}
