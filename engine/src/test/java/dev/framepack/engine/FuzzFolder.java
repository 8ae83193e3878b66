package dev.framepack.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives a fuzzed parser its bytes as files, in memory where there is such a file system. */
public final class FuzzFolder {
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path path;

  private FuzzFolder(Path path) {
    this.path = path;
  }

  /** An empty folder, gone with the process. */
  public static FuzzFolder create() {
    try {
      Path folder =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "fuzz")
              : Files.createTempDirectory("fuzz");
      folder.toFile().deleteOnExit();
      return new FuzzFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path path() {
    return path;
  }

  /** Writes a file, over what was there. */
  public Path write(String name, byte[] content) {
    try {
      Path file = path.resolve(name);
      if (!Files.exists(file)) {
        file.toFile().deleteOnExit();
      }
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
