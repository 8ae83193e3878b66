package dev.framepack.engine.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checkpoint that cases without weights of their own were made with. */
final class CheckpointNearby {
  private CheckpointNearby() {}

  /**
   * {@code checkpoint} in or beside the folder, or {@code pipeline/checkpoint} beside it; null when
   * there is none.
   */
  static @Nullable Path find(Path folder) {
    return List.of(
            folder.resolve("checkpoint"),
            folder.resolveSibling("checkpoint"),
            folder.resolveSibling("pipeline").resolve("checkpoint"))
        .stream()
        .filter(Files::isDirectory)
        .findFirst()
        .orElse(null);
  }

  static Path require(Path folder) {
    Path found = find(folder);
    if (found == null) {
      throw new IllegalStateException(folder + ": no checkpoint nearby");
    }
    return found;
  }
}
