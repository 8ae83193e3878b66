package dev.framepack.bench.soak;

import dev.framepack.engine.hash.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
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

  /** SHA-256 of a file, or of the names and bytes of all files in a folder. */
  static String hash(Path fileOrFolder) throws IOException {
    MessageDigest digest = Sha256.digest();
    if (Files.isDirectory(fileOrFolder)) {
      for (Path file : of(fileOrFolder)) {
        digest.update(fileOrFolder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
    } else {
      digest.update(Files.readAllBytes(fileOrFolder));
    }
    return Sha256.hex(digest);
  }

  /** Empties a folder. */
  static void delete(Path folder) throws IOException {
    for (Path file : of(folder)) {
      Files.delete(file);
    }
  }
}
