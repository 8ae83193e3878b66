package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shard indexes, I01 to I04. */
class ShardIndexTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path root;
  private Path folder;

  @BeforeEach
  void twoShards() throws IOException {
    folder = Files.createDirectory(root.resolve("component"));
    shard(folder.resolve(FIRST), "a", 1);
    shard(folder.resolve(SECOND), "b", 2);
  }

  private static void shard(Path file, String name, float value) throws IOException {
    SafetensorsWriter.write(
        file, List.of(WeightTensor.ofFloats(name, new long[] {1}, value)), Map.of());
  }

  private void index(String json) throws IOException {
    Files.writeString(folder.resolve("model.safetensors.index.json"), json);
  }

  private void mapping(String... tensorsAndFiles) throws IOException {
    StringBuilder json = new StringBuilder("{\"metadata\":{\"total_size\":8},\"weight_map\":{");
    for (int i = 0; i < tensorsAndFiles.length; i += 2) {
      json.append(i == 0 ? "" : ",")
          .append("\"%s\":\"%s\"".formatted(tensorsAndFiles[i], tensorsAndFiles[i + 1]));
    }
    index(json.append("}}").toString());
  }

  private void refused(String code, String... texts) {
    Refusal.of(() -> WeightSet.openFolder(folder).close(), code, texts);
  }

  @Test
  void shardsAreOneNamespace() throws IOException {
    mapping("a", FIRST, "b", SECOND);
    try (WeightSet set = WeightSet.openFolder(folder)) {
      assertThat(set.names()).containsExactlyInAnyOrder("a", "b");
      assertThat(set.tensor("b").toFloats()).containsExactly(2);
      assertThat(set.files()).hasSize(2);
      set.requireUnchanged();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x.safetensors",
        "/etc/passwd",
        "sub/b.safetensors",
        "..\\\\x.safetensors",
        "C:\\\\x.safetensors",
        "C:x.safetensors",
        "x\\u0000.safetensors",
        "",
        ".",
        "..",
        ".hidden.safetensors",
        "model.bin"
      })
  void pathsAreRefused(String value) throws IOException {
    // Were it opened, each of these would be a good shard.
    shard(root.resolve("x.safetensors"), "b", 2);
    shard(Files.createDirectory(folder.resolve("sub")).resolve("b.safetensors"), "b", 2);
    mapping("a", FIRST, "b", value);
    refused("INDEX_PATH", "'b'", "plain");
  }

  @Test
  void veryLongFileName() throws IOException {
    mapping("a", FIRST, "b", "x".repeat(5000) + ".safetensors");
    refused("INDEX_PATH", "xxx", "255");
  }

  /** With the shards gone, a path fault can only have been found before anything was opened. */
  @Test
  void namesAreCheckedBeforeAnyFileIsOpened() throws IOException {
    Files.delete(folder.resolve(FIRST));
    mapping("a", FIRST, "b", "../x.safetensors");
    refused("INDEX_PATH", "'../x.safetensors'");
  }

  @Test
  void cacheLayoutWithLinksLoads() throws IOException {
    Path blobs = Files.createDirectory(root.resolve("blobs"));
    for (String name : List.of(FIRST, SECOND)) {
      Path blob = Files.move(folder.resolve(name), blobs.resolve("sha-" + name.hashCode()));
      Files.createSymbolicLink(folder.resolve(name), folder.relativize(blob));
    }
    mapping("a", FIRST, "b", SECOND);
    try (WeightSet set = WeightSet.openFolder(folder)) {
      assertThat(set.tensor("a").toFloats()).containsExactly(1);
    }
    OpenOptions strict = new OpenOptions(LoadMode.MAPPED, true);
    Refusal.of(() -> WeightSet.openFolder(folder, strict).close(), "INDEX_SYMLINK", "blobs", FIRST);
  }

  @Test
  void strictRootAllowsLinksInsideTheFolder() throws IOException {
    Files.move(folder.resolve(SECOND), folder.resolve("blob"));
    Files.createSymbolicLink(folder.resolve(SECOND), Path.of("blob"));
    mapping("a", FIRST, "b", SECOND);
    OpenOptions strict = new OpenOptions(LoadMode.MAPPED, true);
    try (WeightSet set = WeightSet.openFolder(folder, strict)) {
      assertThat(set.names()).hasSize(2);
    }
  }

  @Test
  void missingShard() throws IOException {
    Files.delete(folder.resolve(SECOND));
    mapping("a", FIRST, "b", SECOND);
    refused("INDEX_SHARD_MISSING", "1 of 2", SECOND);
  }

  @Test
  void tensorInAnotherShard() throws IOException {
    mapping("a", SECOND, "b", FIRST);
    refused("INDEX_TENSOR_NOT_IN_SHARD", "'a'", SECOND, FIRST);
  }

  @Test
  void tensorInNoShard() throws IOException {
    mapping("a", FIRST, "b", SECOND, "c", SECOND);
    refused("INDEX_TENSOR_NOT_IN_SHARD", "'c'", "no shard");
  }

  @Test
  void tensorInTwoShards() throws IOException {
    SafetensorsWriter.writeHeaderOnly(
        folder.resolve(SECOND),
        List.of(
            new TensorInfo("a", StorageType.F32, new long[] {1}),
            new TensorInfo("b", StorageType.F32, new long[] {1})),
        Map.of());
    mapping("a", FIRST, "b", SECOND);
    refused("INDEX_TENSOR_DUPLICATE", "'a'", FIRST, SECOND);
  }

  @Test
  void shardTheIndexDoesNotMention() throws IOException {
    mapping("a", FIRST);
    refused("INDEX_SHARD_UNREFERENCED", SECOND);
  }

  @Test
  void otherFilesInTheFolderAreNobodysShards() throws IOException {
    shard(folder.resolve("model.fp16.safetensors"), "a", 9);
    shard(folder.resolve("model-00001-of-00003.safetensors"), "a", 9);
    mapping("a", FIRST, "b", SECOND);
    try (WeightSet set = WeightSet.openFolder(folder)) {
      assertThat(set.tensor("a").toFloats()).containsExactly(1);
    }
  }

  @Test
  void tensorTheIndexDoesNotListIsUnexpected() throws IOException {
    SafetensorsWriter.writeHeaderOnly(
        folder.resolve(SECOND),
        List.of(
            new TensorInfo("b", StorageType.F32, new long[] {1}),
            new TensorInfo("stray", StorageType.F32, new long[] {1})),
        Map.of());
    mapping("a", FIRST, "b", SECOND);
    List<ExpectedTensor> needed = List.of(ExpectedTensor.of("a", 1), ExpectedTensor.of("b", 1));
    try (ComponentWeights weights =
        ComponentWeights.open(Component.TRANSFORMER, folder, OpenOptions.HEADER_ONLY)) {
      Refusal.of(() -> weights.require(needed), "MODEL_TENSOR_UNEXPECTED", "'stray'");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      value = {
        "{\"weight_map\":{}}; INDEX_EMPTY",
        "{}; INDEX_EMPTY",
        "{\"weight_map\":[]}; INDEX_JSON",
        "{\"weight_map\":null}; INDEX_JSON",
        "{\"weight_map\":{\"a\":1}}; INDEX_JSON",
        "[]; INDEX_JSON",
        "{\"weight_map\":{\"a\":\"x.safetensors\"}; INDEX_JSON",
        "{\"weight_map\":{\"a\":\"x.safetensors\"}} {}; INDEX_JSON",
        "{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"x.safetensors\"}}; INDEX_DUPLICATE_KEY",
        "{\"weight_map\":{\"a\":\"x.safetensors\"},\"weight_map\":{}}; INDEX_DUPLICATE_KEY",
        "{\"metadata\":{\"x\":[[[[1]]]]}}; INDEX_JSON"
      })
  void malformedIndexes(String json, String code) throws IOException {
    index(json);
    refused(code);
  }

  @Test
  void theIndexWinsOverASingleFile() throws IOException {
    shard(folder.resolve("model.safetensors"), "single", 1);
    try (WeightSet set = WeightSet.openFolder(folder)) {
      assertThat(set.names()).containsExactly("single");
    }
    mapping("a", FIRST, "b", SECOND);
    try (Warnings warnings = new Warnings();
        WeightSet set = WeightSet.openFolder(folder)) {
      assertThat(set.names()).containsExactlyInAnyOrder("a", "b");
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains("model.safetensors.index.json", "model.safetensors]", "using");
    }
  }

  @Test
  void wrongTotalSizeIsAWarning() throws IOException {
    index(
        "{\"metadata\":{\"total_size\":9000},\"weight_map\":{\"a\":\"%s\",\"b\":\"%s\"}}"
            .formatted(FIRST, SECOND));
    try (Warnings warnings = new Warnings();
        WeightSet set = WeightSet.openFolder(folder)) {
      assertThat(set.names()).hasSize(2);
      assertThat(warnings.lines()).singleElement().asString().contains("total_size", "9000", "8");
    }
  }

  @Test
  void foldersWithoutWeights() throws IOException {
    Path empty = Files.createDirectory(root.resolve("empty"));
    Refusal.of(() -> WeightSet.openFolder(empty), "MODEL_WEIGHTS_MISSING");
    Files.writeString(empty.resolve("pytorch_model.bin"), "x");
    Refusal.of(
        () -> WeightSet.openFolder(empty), "MODEL_WEIGHTS_MISSING", "pytorch_model.bin", "convert");
    Refusal.of(() -> WeightSet.openFolder(root.resolve("nowhere")), "MODEL_IO", "does not exist");
  }

  @Test
  void anyNameWillDoWhenItIsTheOnlyOne() throws IOException {
    Files.delete(folder.resolve(SECOND));
    try (WeightSet set = WeightSet.openFolder(folder)) {
      assertThat(set.names()).containsExactly("a");
    }
    shard(folder.resolve(SECOND), "b", 2);
    refused("MODEL_WEIGHTS_AMBIGUOUS", FIRST, SECOND);
  }
}
