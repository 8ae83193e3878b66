package dev.framepack.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a folder. */
final class FolderContent {
  private FolderContent() {}

  /** Everything below a folder, what is deepest first. */
  static List<Path> of(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> !file.equals(folder)).sorted(Comparator.reverseOrder()).toList();
    }
  }

  /** Empties a folder. */
  static void delete(Path folder) throws IOException {
    for (Path file : of(folder)) {
      Files.delete(file);
    }
  }
}
