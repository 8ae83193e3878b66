package dev.framepack.weights.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.weights.ExpectedTensor;
import dev.framepack.weights.Refusal;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.StorageType;
import dev.framepack.weights.TensorInfo;
import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LoRA files right and wrong, I07. */
class LoraFileTest {
  private static final int RANK = 2;
  private static final int IN = 3;
  private static final int OUT = 4;
  private static final List<String> MODULES =
      List.of("transformer_blocks.0.attn.to_q", "transformer_blocks.1.ff.net.0.proj");
  private static final List<ExpectedTensor> MODEL =
      List.of(
          ExpectedTensor.of("transformer_blocks.0.attn.to_q.weight", OUT, IN),
          ExpectedTensor.of("transformer_blocks.0.attn.to_q.bias", OUT),
          ExpectedTensor.of("transformer_blocks.1.ff.net.0.proj.weight", OUT, IN),
          ExpectedTensor.of("norm_out.linear.weight", 8, IN));

  @TempDir Path folder;

  /** Whatever was refused, a good LoRA opens and matches right after. */
  @AfterEach
  void aGoodFileWorks() throws IOException {
    try (LoraFile lora = open(good(LoraFormat.KOHYA))) {
      assertThat(lora.match(MODEL)).hasSize(2);
    }
  }

  private Path write(List<WeightTensor> tensors) throws IOException {
    Path file = folder.resolve("lora.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
    return file;
  }

  private LoraFile open(List<WeightTensor> tensors) throws IOException {
    return LoraFile.open(write(tensors));
  }

  private static WeightTensor tensor(String name, long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.fill(values, 0.5f);
    return WeightTensor.ofFloats(name, shape, values);
  }

  private static WeightTensor alpha(String target, float value) {
    return WeightTensor.ofFloats(target + ".alpha", new long[] {}, value);
  }

  /** The name a module has in a file, without the suffix of the matrix. */
  private static String target(LoraFormat format, String module) {
    return switch (format) {
      case DIFFUSERS -> "transformer." + module;
      case KOHYA -> "lora_unet_" + module.replace('.', '_');
      case HUNYUAN_VIDEO -> module;
    };
  }

  private static String down(LoraFormat format) {
    return format == LoraFormat.DIFFUSERS ? ".lora_A.weight" : ".lora_down.weight";
  }

  private static String up(LoraFormat format) {
    return format == LoraFormat.DIFFUSERS ? ".lora_B.weight" : ".lora_up.weight";
  }

  /** Two targets of down, up and alpha 8 each. */
  private static List<WeightTensor> good(LoraFormat format) {
    List<WeightTensor> tensors = new ArrayList<>();
    for (String module : MODULES) {
      String target = target(format, module);
      tensors.add(tensor(target + down(format), RANK, IN));
      tensors.add(tensor(target + up(format), OUT, RANK));
      tensors.add(alpha(target, 8));
    }
    return tensors;
  }

  /** A good file of diffusers naming with the tensor of the same name exchanged. */
  private static List<WeightTensor> goodBut(WeightTensor other) {
    List<WeightTensor> tensors = good(LoraFormat.DIFFUSERS);
    assertThat(tensors.removeIf(tensor -> tensor.name().equals(other.name()))).isTrue();
    tensors.add(other);
    return tensors;
  }

  private static final String FIRST = "transformer.transformer_blocks.0.attn.to_q";

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
      Map<String, LoraTarget> matched = lora.match(MODEL);
      assertThat(matched.keySet())
          .containsExactlyInAnyOrder(
              "transformer_blocks.0.attn.to_q.weight", "transformer_blocks.1.ff.net.0.proj.weight");
      String first = target(format, MODULES.getFirst());
      assertThat(matched.get("transformer_blocks.0.attn.to_q.weight"))
          .extracting(target -> target.down().name(), target -> target.up().name())
          .containsExactly(first + down(format), first + up(format));
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
        List.of("lora_te_x.lora_down.weight", "transformer.x.lora_magnitude_vector", "x.weight")) {
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
    Refusal.of(
        () -> open(goodBut(tensor(FIRST + ".lora_A.weight", RANK, IN, 1, 1))),
        "LORA_SHAPE",
        "is [2, 3, 1, 1], expected a matrix [rank, in]");
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

  @Test
  void everyCodeHasARemedy() {
    assertThat(WeightError.values())
        .filteredOn(error -> error.name().startsWith("LORA_"))
        .hasSize(10)
        .allSatisfy(error -> assertThat(error.remedy()).isNotBlank());
  }
}
