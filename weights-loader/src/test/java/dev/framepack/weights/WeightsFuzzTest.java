package dev.framepack.weights;

import dev.framepack.weights.config.ClipTextConfig;
import dev.framepack.weights.config.LlamaConfig;
import dev.framepack.weights.config.PreprocessorConfig;
import dev.framepack.weights.config.SchedulerConfig;
import dev.framepack.weights.config.SiglipVisionConfig;
import dev.framepack.weights.config.TransformerConfig;
import dev.framepack.weights.config.VaeConfig;
import dev.framepack.weights.lora.LoraFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whatever bytes a file holds, a reader gives what it says or refuses it by type. In an ordinary
 * test run these go over the committed inputs; the module's README tells how to look for others.
 */
final class WeightsFuzzTest {
  private static final FuzzFile WEIGHTS = FuzzFile.named("model.safetensors");
  private static final FuzzFile GGUF = FuzzFile.named("model.gguf");
  private static final FuzzFile INDEX = FuzzFile.named("model.safetensors.index.json");
  private static final FuzzFile CONFIG = FuzzFile.named("config.json");
  private static final List<Consumer<Path>> CONFIGS =
      List.of(
          TransformerConfig::read,
          VaeConfig::read,
          LlamaConfig::read,
          ClipTextConfig::read,
          SiglipVisionConfig::read,
          PreprocessorConfig::read,
          SchedulerConfig::read);

  @Fuzz
  void safetensors(byte[] content) {
    WEIGHTS.read(content, WeightsFuzzTest::readAll);
  }

  @Fuzz
  void gguf(byte[] content) {
    GGUF.read(content, WeightsFuzzTest::readAll);
  }

  private static void readAll(Path path) {
    try (WeightFile file = WeightFile.open(path, LoadMode.READ)) {
      for (String name : file.names()) {
        WeightTensor tensor = file.tensor(name);
        if (StorageType.FLOATING.contains(tensor.info().type())) {
          tensor.toFloats();
        }
      }
    }
  }

  @Fuzz
  void shardIndex(byte[] content) {
    INDEX.read(content, ShardIndex::read);
  }

  /** The first byte chooses the model. */
  @Fuzz
  void config(byte[] content) {
    if (content.length > 0) {
      byte[] json = Arrays.copyOfRange(content, 1, content.length);
      CONFIG.read(json, CONFIGS.get((content[0] & 0xFF) % CONFIGS.size()));
    }
  }

  @Fuzz
  void lora(byte[] content) {
    WEIGHTS.read(content, path -> LoraFile.open(path).close());
  }
}
