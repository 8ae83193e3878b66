package dev.framepack.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Gives a fuzzed parser its bytes as a file, in memory where there is such a file system. */
final class FuzzFile {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final int MAX_MESSAGE_CHARS = 400;

  private final Path file;

  private FuzzFile(Path file) {
    this.file = file;
  }

  /** A file of this name in a folder of its own, gone with the process. */
  static FuzzFile named(String name) {
    try {
      Path folder =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "fuzz")
              : Files.createTempDirectory("fuzz");
      Path file = folder.resolve(name);
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit(); // first, in reverse order
      return new FuzzFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lets a parser read the bytes. It may refuse them as it refuses everything: by its exception, in
   * one short line without a control character.
   */
  void read(byte[] content, Consumer<Path> parser) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      parser.accept(file);
    } catch (WeightException e) {
      String message = String.valueOf(e.getMessage());
      if (message.length() > MAX_MESSAGE_CHARS
          || message.chars().anyMatch(Character::isISOControl)) {
        throw new AssertionError("no message of one short line: " + message, e);
      }
    }
  }
}
