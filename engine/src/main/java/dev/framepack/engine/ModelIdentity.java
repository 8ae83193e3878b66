package dev.framepack.engine;

import dev.framepack.engine.hash.Sha256;
import dev.framepack.weights.ModelFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which checkpoint an engine runs.
 *
 * @param sha256ByFile hash of every weight file, keyed {@code component/file}, and of every LoRA
 *     file, keyed {@code lora/number/file:strength}
 * @param loras what is merged into the weights, in order
 */
record ModelIdentity(Map<String, String> sha256ByFile, List<MergedLora> loras) {
  /** A LoRA by its content. */
  record MergedLora(String file, String sha256, double strength) {}

  private static final Predicate<String> WEIGHTS =
      name -> name.endsWith(".safetensors") || name.endsWith(".gguf");
  private static final Predicate<String> TEXTS =
      name -> name.endsWith(".json") || name.endsWith(".txt");

  ModelIdentity {
    sha256ByFile = Collections.unmodifiableMap(new TreeMap<>(sha256ByFile));
    loras = List.copyOf(loras);
  }

  static ModelIdentity of(EngineConfig config) {
    Map<String, String> hashes = new TreeMap<>();
    config
        .folders()
        .folders()
        .forEach((part, folder) -> {
          Path weights = config.folders().weights(part);
          for (Path file : weights.equals(folder) ? files(folder, WEIGHTS) : List.of(weights)) {
            hashes.put(part.folderName() + "/" + file.getFileName(), sha256(file));
          }
        });
    List<MergedLora> loras = new ArrayList<>();
    for (Lora lora : config.loras()) {
      MergedLora merged =
          new MergedLora(
              lora.file().getFileName().toString(), sha256(lora.file()), lora.strength());
      loras.add(merged);
      hashes.put(
          "lora/%s/%s:%s".formatted(loras.size(), merged.file(), merged.strength()),
          merged.sha256());
    }
    return new ModelIdentity(hashes, loras);
  }

  /** Hashes of configurations, tokenizers and schedulers, which decide a video as weights do. */
  static Map<String, String> texts(ModelFolders folders) {
    Map<String, String> hashes = new TreeMap<>();
    folders
        .folders()
        .forEach((part, folder) -> {
          for (Path file : files(folder, TEXTS)) {
            hashes.put(part.folderName() + "/" + file.getFileName(), sha256(file));
          }
        });
    return hashes;
  }

  private static List<Path> files(Path folder, Predicate<String> kind) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> kind.test(file.toString()) && Files.isRegularFile(file)).toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /** Hash of a whole file, lower-case hex. */
  static String sha256(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static ModelFormatException unreadable(Path path, IOException cause) {
    return new ModelFormatException(
        "MODEL_IO", path + ": " + cause.getMessage(), "check that it can be read", cause);
  }
}
