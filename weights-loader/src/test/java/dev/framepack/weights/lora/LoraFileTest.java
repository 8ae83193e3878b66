package dev.framepack.weights.lora;

import static dev.framepack.weights.lora.LoraTensors.FIRST;
import static dev.framepack.weights.lora.LoraTensors.IN;
import static dev.framepack.weights.lora.LoraTensors.MODEL;
import static dev.framepack.weights.lora.LoraTensors.MODULES;
import static dev.framepack.weights.lora.LoraTensors.OUT;
import static dev.framepack.weights.lora.LoraTensors.RANK;
import static dev.framepack.weights.lora.LoraTensors.alpha;
import static dev.framepack.weights.lora.LoraTensors.down;
import static dev.framepack.weights.lora.LoraTensors.good;
import static dev.framepack.weights.lora.LoraTensors.goodBut;
import static dev.framepack.weights.lora.LoraTensors.target;
import static dev.framepack.weights.lora.LoraTensors.tensor;
import static dev.framepack.weights.lora.LoraTensors.up;
import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.weights.Refusal;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.StorageType;
import dev.framepack.weights.TensorInfo;
import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LoRA files right and wrong, I07. */
class LoraFileTest {
  @TempDir Path folder;

  /** Whatever was refused, a good LoRA opens and matches right after. */
  @AfterEach
  void aGoodFileWorks() throws IOException {
    try (LoraFile lora = open(good(LoraFormat.KOHYA))) {
      assertThat(lora.match(MODEL)).hasSize(2);
    }
  }

  private LoraFile open(List<WeightTensor> tensors) throws IOException {
    return LoraTensors.open(folder, tensors);
  }

  @ParameterizedTest
  @EnumSource
  void everyNamingIsRead(LoraFormat format) throws IOException {
    try (LoraFile lora = open(good(format))) {
      assertThat(lora.format()).isEqualTo(format);
      assertThat(lora.targets())
          .hasSize(2)
          .allSatisfy(target -> {
            assertThat(target.rank()).isEqualTo(RANK);
            assertThat(target.alpha()).isEqualTo(8.0);
            assertThat(lora.down(target).shape()).containsExactly(RANK, IN);
            assertThat(lora.up(target).shape()).containsExactly(OUT, RANK);
            assertThat(lora.up(target).toFloats()).containsOnly(0.5f);
          });
      Map<String, LoraChange> matched = lora.match(MODEL);
      assertThat(matched.keySet())
          .containsExactlyInAnyOrder(
              "transformer_blocks.0.attn.to_q.weight", "transformer_blocks.1.ff.net.0.proj.weight");
      String first = target(format, MODULES.getFirst());
      assertThat(matched.get("transformer_blocks.0.attn.to_q.weight"))
          .extracting(
              change -> change.target().down().name(),
              change -> change.target().up().name(),
              LoraChange::firstRow)
          .containsExactly(first + down(format), first + up(format), 0L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutAlphaTheScaleIsOne(LoraFormat format) throws IOException {
    List<WeightTensor> tensors = good(format);
    tensors.removeIf(tensor -> tensor.name().endsWith(".alpha"));
    try (LoraFile lora = open(tensors)) {
      assertThat(lora.targets()).extracting(LoraTarget::alpha).containsOnly((double) RANK);
    }
  }

  @Test
  void aMissingFileIsAFailure() throws IOException {
    Path none = folder.resolve("none.safetensors");
    Refusal.of(() -> LoraFile.open(none), "LORA_FILE_MISSING", "none.safetensors", "not exist");
    Path dangling = Files.createSymbolicLink(folder.resolve("link.safetensors"), none);
    Refusal.of(() -> LoraFile.open(dangling), "LORA_FILE_MISSING", "link.safetensors");
    Refusal.of(() -> LoraFile.open(folder), "MODEL_IO", "directory");
  }

  @Test
  void ranksMustAgree() {
    Refusal.of(
        () -> open(goodBut(tensor(FIRST + ".lora_B.weight", OUT, RANK + 3))),
        "LORA_RANK",
        "lora.safetensors",
        "'transformer_blocks.0.attn.to_q'",
        "rank 2 in its down matrix [2, 3] and 5 in its up matrix [4, 5]");
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void alphaMustBeFiniteAndNotZero(float value) {
    Refusal.of(
        () -> open(goodBut(alpha(FIRST, value))),
        "LORA_ALPHA",
        "'" + FIRST + ".alpha'",
        "is " + value + ", expected");
  }

  @Test
  void alphaIsOneNumber() throws IOException {
    Refusal.of(
        () -> open(goodBut(tensor(FIRST + ".alpha", 3))), "LORA_ALPHA", "is [3], expected one");
    try (LoraFile lora = open(goodBut(tensor(FIRST + ".alpha", 1)))) {
      assertThat(lora.targets()).extracting(LoraTarget::alpha).containsOnly(0.5, 8.0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".lora_A.weight", ".lora_B.weight"})
  void valuesMustBeFinite(String matrix) {
    boolean down = matrix.equals(".lora_A.weight");
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      float[] values = new float[down ? RANK * IN : OUT * RANK];
      values[values.length - 1] = bad;
      long[] shape = down ? new long[] {RANK, IN} : new long[] {OUT, RANK};
      Refusal.of(
          () -> open(goodBut(WeightTensor.ofFloats(FIRST + matrix, shape, values))),
          "LORA_NON_FINITE",
          "'" + FIRST + matrix + "'",
          "1 of " + values.length + " values");
    }
  }

  @Test
  void unknownNaming() {
    Refusal.of(() -> open(List.of()), "LORA_FORMAT", "0 of 0 keys");
    Refusal.of(
        () -> open(List.of(tensor("a.lora.down.weight", 1, 1), tensor("a.lora.up.weight", 1, 1))),
        "LORA_FORMAT",
        "2 of 2 keys",
        "'a.lora.down.weight'",
        "'a.lora.up.weight'");
    for (String extra :
        List.of("lora_x.lora_down.weight", "transformer.x.lora_C.weight", "x.weight")) {
      List<WeightTensor> tensors = good(LoraFormat.DIFFUSERS);
      tensors.add(tensor(extra, 1, 1));
      Refusal.of(() -> open(tensors), "LORA_FORMAT", "1 of 7 keys", "'" + extra + "'");
    }
    List<WeightTensor> mixed = good(LoraFormat.DIFFUSERS);
    mixed.addAll(good(LoraFormat.KOHYA));
    Refusal.of(() -> open(mixed), "LORA_FORMAT", "diffusers and kohya");
  }

  @ParameterizedTest
  @EnumSource
  void halfAPair(LoraFormat format) {
    String first = target(format, MODULES.getFirst());
    List<WeightTensor> noUp = good(format);
    noUp.removeIf(tensor -> tensor.name().equals(first + up(format)));
    Refusal.of(() -> open(noUp), "LORA_PAIR", "1 matrices of 2 targets", "has no " + up(format));
    List<WeightTensor> noDown = good(format);
    noDown.removeIf(tensor -> tensor.name().equals(first + down(format)));
    Refusal.of(() -> open(noDown), "LORA_PAIR", "has no " + down(format));
    List<WeightTensor> alphaOnly = good(format);
    alphaOnly.removeIf(tensor -> tensor.name().startsWith(first + ".lora"));
    Refusal.of(() -> open(alphaOnly), "LORA_PAIR", "2 matrices of 2 targets");
  }

  @Test
  void matricesHaveTwoDimensions() {
    Refusal.of(
        () -> open(goodBut(tensor(FIRST + ".lora_A.weight", RANK, IN, 1, 1))),
        "LORA_UNSUPPORTED",
        "is [2, 3, 1, 1], the LoRA of a convolution, expected a matrix [rank, in]");
    Refusal.of(
        () -> open(goodBut(tensor(FIRST + ".lora_A.weight", 0, IN))), "LORA_SHAPE", "is [0, 3]");
  }

  @Test
  void matricesAreFloatingPoint() {
    List<TensorInfo> tensors =
        List.of(
            new TensorInfo("a.lora_down.weight", StorageType.I8, new long[] {RANK, IN}),
            new TensorInfo("a.lora_up.weight", StorageType.F32, new long[] {OUT, RANK}));
    Path file = folder.resolve("integers.safetensors");
    Refusal.of(
        () -> {
          SafetensorsWriter.writeHeaderOnly(file, tensors, Map.of());
          LoraFile.open(file);
        },
        "LORA_DTYPE",
        "'a.lora_down.weight'",
        "is I8",
        "BF16");
  }

  @Test
  void eitherPairOfSuffixesIsUnderstoodButNotBothOfOneTarget() throws IOException {
    List<WeightTensor> tensors =
        List.of(
            tensor(FIRST + ".lora_down.weight", RANK, IN),
            tensor(FIRST + ".lora_up.weight", OUT, RANK));
    try (LoraFile lora = open(tensors)) {
      assertThat(lora.format()).isEqualTo(LoraFormat.DIFFUSERS);
      assertThat(lora.match(MODEL)).hasSize(1);
    }
    List<WeightTensor> both = good(LoraFormat.DIFFUSERS);
    both.add(tensor(FIRST + ".lora_down.weight", RANK, IN));
    Refusal.of(() -> open(both), "LORA_PAIR", "the same matrix as '" + FIRST + ".lora_A.weight'");
  }

  @Test
  void everyCodeHasARemedy() {
    assertThat(WeightError.values())
        .filteredOn(error -> error.name().startsWith("LORA_"))
        .hasSize(12)
        .allSatisfy(error -> assertThat(error.remedy()).isNotBlank());
  }
}
