package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Right format, wrong model: W18, W19, W20, and the names real files use. */
class BindingCheckTest {
  private static final List<ExpectedTensor> NEEDED =
      List.of(
          ExpectedTensor.of("layers.0.weight", 2, 3),
          ExpectedTensor.of("layers.0.bias", 3),
          ExpectedTensor.of("norm.weight", 3));

  @TempDir Path folder;

  private static TensorInfo info(String name, long... shape) {
    return new TensorInfo(name, StorageType.F32, shape);
  }

  private ComponentWeights open(Component component, List<TensorInfo> tensors) throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.writeHeaderOnly(file, tensors, Map.of());
    return ComponentWeights.open(component, folder, OpenOptions.MAPPED);
  }

  private static List<TensorInfo> good(String prefix) {
    return new ArrayList<>(NEEDED.stream().map(t -> info(prefix + t.name(), t.shape())).toList());
  }

  @Test
  void everythingInPlace() throws IOException {
    try (ComponentWeights weights = open(Component.TRANSFORMER, good(""))) {
      BindingReport report = weights.check(NEEDED);
      assertThat(report.ok()).isTrue();
      assertThat(report.parameters()).isEqualTo(12);
      weights.require(NEEDED);
      weights.requireFinite();
    }
  }

  @Test
  void missingTensors() throws IOException {
    List<ExpectedTensor> many =
        IntStream.range(0, 312).mapToObj(i -> ExpectedTensor.of("blocks." + i + ".w", 1)).toList();
    try (ComponentWeights weights = open(Component.TRANSFORMER, List.of())) {
      Refusal.of(
          () -> weights.require(many),
          "MODEL_TENSOR_MISSING",
          "312 tensors missing",
          "'blocks.0.w'",
          "'blocks.4.w', ...");
    }
  }

  @Test
  void unexpectedTensors() throws IOException {
    List<TensorInfo> tensors = good("");
    tensors.add(info("lora.up", 1));
    try (ComponentWeights weights = open(Component.TRANSFORMER, tensors)) {
      Refusal.of(
          () -> weights.require(NEEDED), "MODEL_TENSOR_UNEXPECTED", "1 tensors", "'lora.up'");
    }
  }

  @Test
  void misshapenTensors() throws IOException {
    List<TensorInfo> tensors = good("");
    tensors.set(0, info("layers.0.weight", 3, 2));
    try (ComponentWeights weights = open(Component.TRANSFORMER, tensors)) {
      Refusal.of(
          () -> weights.require(NEEDED),
          "MODEL_TENSOR_SHAPE",
          "'layers.0.weight' is [3, 2], expected [2, 3]");
    }
  }

  @Test
  void wrongTypes() throws IOException {
    List<TensorInfo> tensors = good("");
    tensors.set(1, new TensorInfo("layers.0.bias", StorageType.I32, new long[] {3}));
    try (ComponentWeights weights = open(Component.TRANSFORMER, tensors)) {
      Refusal.of(
          () -> weights.require(NEEDED), "MODEL_TENSOR_DTYPE", "'layers.0.bias' is I32", "BF16");
    }
  }

  @Test
  void severalFaultsAreAllReported() throws IOException {
    List<TensorInfo> tensors = good("");
    tensors.set(0, info("layers.0.weight", 9));
    tensors.set(2, info("other", 3));
    try (ComponentWeights weights = open(Component.TRANSFORMER, tensors)) {
      assertThat(weights.check(NEEDED).faults().stream().map(WeightException::code))
          .containsExactly("MODEL_TENSOR_MISSING", "MODEL_TENSOR_SHAPE", "MODEL_TENSOR_UNEXPECTED");
      WeightException first =
          Refusal.of(() -> weights.require(NEEDED), "MODEL_TENSOR_MISSING", "'norm.weight'");
      assertThat(first.getSuppressed()).hasSize(2);
    }
  }

  @Test
  void longNamesStillFitTheMessage() throws IOException {
    List<ExpectedTensor> many =
        IntStream.range(0, 9).mapToObj(i -> ExpectedTensor.of("x".repeat(900) + i, 1)).toList();
    try (ComponentWeights weights = open(Component.TRANSFORMER, List.of())) {
      Refusal.of(() -> weights.require(many), "MODEL_TENSOR_MISSING", "9 tensors missing");
    }
  }

  @Test
  void everyPrefixOfOlderFilesIsAccepted() throws IOException {
    Map<Component, List<String>> spellings =
        Map.of(
            Component.TEXT_ENCODER,
            List.of("", "model.", "language_model.model.", "model.language_model."),
            Component.TEXT_ENCODER_2,
            List.of("", "text_model."),
            Component.IMAGE_ENCODER,
            List.of("", "vision_model."));
    for (Map.Entry<Component, List<String>> entry : spellings.entrySet()) {
      for (String prefix : entry.getValue()) {
        try (ComponentWeights weights = open(entry.getKey(), good(prefix))) {
          weights.require(NEEDED);
          assertThat(weights.tensor("norm.weight").toFloats()).containsExactly(0, 0, 0);
          assertThat(weights.tensor("norm.weight").name()).isEqualTo("norm.weight");
        }
      }
    }
  }

  @Test
  void harmlessExtrasAreIgnoredByName() throws IOException {
    Map<Component, List<String>> extras =
        Map.of(
            Component.TEXT_ENCODER,
            List.of("lm_head.weight", "model.layers.0.rotary_emb.inv_freq"),
            Component.TEXT_ENCODER_2,
            List.of("text_model.embeddings.position_ids", "text_projection.weight"),
            Component.IMAGE_ENCODER,
            List.of("vision_model.head.probe", "vision_model.head.mlp.fc1.bias"));
    for (Map.Entry<Component, List<String>> entry : extras.entrySet()) {
      List<TensorInfo> tensors = good("");
      entry.getValue().forEach(name -> tensors.add(info(name, 1)));
      try (ComponentWeights weights = open(entry.getKey(), tensors)) {
        BindingReport report = weights.check(NEEDED);
        assertThat(report.ok()).as(report.toString()).isTrue();
        assertThat(report.ignored()).hasSameSizeAs(entry.getValue());
      }
      tensors.add(info("head_of_something.weight", 1));
      try (ComponentWeights weights = open(entry.getKey(), tensors)) {
        assertThat(weights.check(NEEDED).unexpected()).hasSize(1);
      }
    }
  }

  @Test
  void anIgnorableNameThatIsNeededIsBound() throws IOException {
    List<TensorInfo> tensors = List.of(info("vision_model.head.probe", 1, 1, 8));
    try (ComponentWeights weights = open(Component.IMAGE_ENCODER, tensors)) {
      BindingReport report = weights.check(List.of(ExpectedTensor.of("head.probe", 1, 1, 8)));
      assertThat(report.ok()).isTrue();
      assertThat(report.parameters()).isEqualTo(8);
    }
  }

  @Test
  void twoSpellingsOfOneNameCollide() {
    List<TensorInfo> tensors = List.of(info("model.norm.weight", 3), info("norm.weight", 3));
    Refusal.of(
        () -> open(Component.TEXT_ENCODER, tensors),
        "MODEL_NAME_COLLISION",
        "'norm.weight'",
        "'model.norm.weight'");
  }

  @Test
  void prefixesCanBeGivenOneByOne() throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.writeHeaderOnly(file, good("a.b."), Map.of());
    try (WeightFile weights = WeightFile.openHeader(file)) {
      NamePrefix a = new NamePrefix("a.");
      NamePrefix ab = new NamePrefix("a.b.");
      assertThat(BindingCheck.check(weights, NEEDED, a, ab).ok()).isTrue();
      assertThat(BindingCheck.check(weights, NEEDED, a).missing()).hasSize(3);
    }
  }

  @Test
  void nonFiniteValues() throws IOException {
    float[] values = new float[5000];
    values[17] = Float.NaN;
    values[4999] = Float.NEGATIVE_INFINITY;
    SafetensorsWriter.write(
        folder.resolve("model.safetensors"),
        List.of(WeightTensor.ofFloats("w", new long[] {5000}, values)),
        Map.of());
    try (ComponentWeights weights =
        ComponentWeights.open(Component.VAE, folder, OpenOptions.MAPPED)) {
      Refusal.of(weights::requireFinite, "MODEL_NON_FINITE", "'w'", "2 of 5000");
    }
  }

  @Test
  void namesThatContradictTheVariantAreWarnedAbout() throws IOException {
    Path f1 =
        Files.createDirectories(
            folder.resolve(
                "models--lllyasviel--FramePack_F1_I2V_HY_20250503/snapshots/0a1b/transformer"));
    Path original = Files.createDirectories(folder.resolve("FramePackI2V_HY/transformer"));
    Path neutral = Files.createDirectories(folder.resolve("my-model/transformer"));

    try (Warnings warnings = new Warnings()) {
      assertThat(ModelVariant.INVERTED.warnIfContradicted(f1, "")).isPresent();
      assertThat(warnings.lines()).singleElement().asString().contains("F1");
    }
    assertThat(ModelVariant.INVERTED.warnIfContradicted(f1, ""))
        .hasValueSatisfying(
            text -> assertThat(text).contains("FramePack_F1_I2V_HY", "INVERTED", "F1"));
    assertThat(ModelVariant.F1.warnIfContradicted(original, "")).isPresent();
    assertThat(ModelVariant.F1.warnIfContradicted(neutral, "lllyasviel/FramePackI2V_HY"))
        .isPresent();
    for (List<Object> agreed :
        Arrays.<List<Object>>asList(
            List.of(ModelVariant.F1, f1, ""),
            List.of(ModelVariant.INVERTED, original, ""),
            List.of(ModelVariant.F1, neutral, ""),
            List.of(ModelVariant.INVERTED, neutral, "some/other"))) {
      ModelVariant variant = (ModelVariant) agreed.get(0);
      assertThat(variant.warnIfContradicted((Path) agreed.get(1), (String) agreed.get(2)))
          .isEmpty();
    }
  }
}
