package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.weights.config.ModelConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints in one place or put together from several. */
class ModelFoldersTest {
  private static final Map<ModelPart, String> CONFIGS =
      Map.of(
          ModelPart.TRANSFORMER,
          "{\"has_image_proj\":true,\"has_clean_x_embedder\":true}",
          ModelPart.VAE,
          "{}",
          ModelPart.TEXT_ENCODER,
          "{}",
          ModelPart.TEXT_ENCODER_2,
          "{\"hidden_size\":768,\"num_attention_heads\":12}",
          ModelPart.IMAGE_ENCODER,
          "{\"hidden_size\":1152,\"num_attention_heads\":16,\"image_size\":384,\"patch_size\":14}",
          ModelPart.FEATURE_EXTRACTOR,
          "{\"size\":{\"height\":384,\"width\":384}}",
          ModelPart.TOKENIZER,
          "{}",
          ModelPart.TOKENIZER_2,
          "{}",
          ModelPart.SCHEDULER,
          "{\"shift\":7.0}");

  @TempDir Path root;

  private static void add(Path folder, ModelPart part) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(part.markers().getLast()), CONFIGS.get(part));
  }

  private static void addAll(Path repository, ModelPart... parts) throws IOException {
    for (ModelPart part : parts) {
      add(repository.resolve(part.folderName()), part);
    }
  }

  @Test
  void oneRoot() throws IOException {
    addAll(root, ModelPart.values());
    ModelFolders folders = ModelFolders.resolve(root);
    assertThat(folders.folders()).hasSize(9);
    assertThat(folders.vae()).isEqualTo(root.resolve("vae"));
    assertThat(folders.scheduler()).contains(root.resolve("scheduler"));
    ModelConfigs configs = ModelConfigs.read(folders);
    assertThat(configs.imageEncoder().tokens()).isEqualTo(729);
    assertThat(configs.scheduler().orElseThrow().shift()).isEqualTo(7.0);
  }

  /** The three public repositories a user downloads. */
  @Test
  void threeRepositories() throws IOException {
    Path hunyuan = root.resolve("HunyuanVideo");
    Path redux = root.resolve("flux_redux_bfl");
    Path framepack = root.resolve("FramePackI2V_HY");
    addAll(
        hunyuan,
        ModelPart.TRANSFORMER,
        ModelPart.VAE,
        ModelPart.TEXT_ENCODER,
        ModelPart.TEXT_ENCODER_2,
        ModelPart.TOKENIZER,
        ModelPart.TOKENIZER_2);
    addAll(redux, ModelPart.IMAGE_ENCODER, ModelPart.FEATURE_EXTRACTOR);
    add(framepack, ModelPart.TRANSFORMER);
    ModelFolders folders =
        ModelFolders.resolve(
            hunyuan,
            Map.of(ModelPart.TRANSFORMER, framepack, ModelPart.IMAGE_ENCODER, redux),
            ModelFolders.REQUIRED);
    assertThat(folders.transformer()).isEqualTo(framepack);
    assertThat(folders.imageEncoder()).isEqualTo(redux.resolve("image_encoder"));
    assertThat(folders.featureExtractor()).isEqualTo(redux.resolve("feature_extractor"));
    assertThat(folders.textEncoder()).isEqualTo(hunyuan.resolve("text_encoder"));
    assertThat(folders.scheduler()).isEmpty();
    assertThat(ModelConfigs.read(folders).scheduler()).isEmpty();
  }

  @Test
  void overridesAloneAreEnough() throws IOException {
    addAll(root, ModelPart.values());
    ModelFolders folders =
        ModelFolders.resolve(null, Map.of(ModelPart.VAE, root), ModelFolders.REQUIRED);
    assertThat(folders.tokenizer2()).isEqualTo(root.resolve("tokenizer_2"));
  }

  @Test
  void allMissingPartsAreNamedAtOnce() throws IOException {
    addAll(root, ModelPart.VAE, ModelPart.TOKENIZER);
    Refusal.of(
        () -> ModelFolders.resolve(root),
        "MODEL_PART_MISSING",
        "6 parts",
        "transformer/config.json",
        "text_encoder/",
        "text_encoder_2/",
        "image_encoder/",
        "feature_extractor/preprocessor_config.json",
        "tokenizer_2/");
  }

  @Test
  void everyPartIsNamedEvenWhenAllAreMissing() {
    Refusal.of(
        () -> ModelFolders.resolve(root.resolve("x".repeat(200))),
        "MODEL_PART_MISSING",
        "8 parts",
        "transformer/config.json",
        "tokenizer_2/tokenizer.json;");
  }

  @Test
  void anOverrideThatHoldsNothingIsNotReplacedByTheRoot() throws IOException {
    addAll(root, ModelPart.values());
    Path empty = Files.createDirectory(root.resolve("empty"));
    Refusal.of(
        () -> ModelFolders.resolve(root, Map.of(ModelPart.SCHEDULER, empty), ModelFolders.REQUIRED),
        "MODEL_PART_MISSING",
        "1 parts",
        "scheduler/scheduler_config.json",
        "empty");
  }

  @Test
  void partsThatDoNotFitTogether() throws IOException {
    addAll(root, ModelPart.values());
    Files.writeString(root.resolve("text_encoder_2/config.json"), "{}");
    Refusal.of(
        () -> ModelConfigs.read(ModelFolders.resolve(root)),
        "CONFIG_INCONSISTENT",
        "pooled_projection_dim is 768",
        "hidden_size = 512");
  }
}
