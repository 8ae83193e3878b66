package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.ModelFormatException;
import dev.framepack.engine.hash.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a checkpoint is made of. */
final class ModelFiles {
  /** Of configurations, schedulers and tokenizers. */
  private static final List<String> SUFFIXES = List.of(".json", ".txt");

  private ModelFiles() {}

  /**
   * SHA-256 of every file of weights, configuration and tokenizers, by component and name.
   *
   * @throws ModelFormatException {@code MODEL_IO} when one cannot be read
   */
  static Map<String, String> sha256(FramePackEngine engine) {
    Map<String, String> hashes = new TreeMap<>(engine.modelHashes());
    engine
        .config()
        .folders()
        .folders()
        .forEach((part, folder) -> {
          try {
            for (Path file : texts(folder)) {
              hashes.put(part.folderName() + "/" + file.getFileName(), Sha256.of(file));
            }
          } catch (IOException e) {
            throw new ModelFormatException(
                "MODEL_IO", folder + ": " + e.getMessage(), "check that it can be read", e);
          }
        });
    return hashes;
  }

  private static List<Path> texts(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file ->
              SUFFIXES.stream().anyMatch(file.toString()::endsWith) && Files.isRegularFile(file))
          .toList();
    }
  }
}
