package dev.framepack.engine.verify;

import dev.framepack.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** What a folder's {@code io.safetensors} holds, from its header alone. */
final class Contents {
  private Contents() {}

  /** Names of its tensors; none when there is no such file. */
  static Set<String> of(Path folder) {
    Path file = folder.resolve("io.safetensors");
    if (!Files.isRegularFile(file)) {
      return Set.of();
    }
    try (WeightFile header = WeightFile.openHeader(file)) {
      return Set.copyOf(header.names());
    }
  }
}
