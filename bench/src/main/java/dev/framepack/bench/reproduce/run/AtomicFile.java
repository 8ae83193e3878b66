package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are whole or not there. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes a neighbour, syncs it and renames it.
   *
   * @throws OutputException {@code OUTPUT_IO} when it cannot be written
   */
  public static void write(Path file, byte[] content) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** The failure of a file or folder that is the run's own. */
  public static OutputException failure(Path file, IOException cause) {
    return new OutputException(
        "OUTPUT_IO",
        "%s cannot be read or written: %s".formatted(file, cause),
        "check the folder, its rights and the free space",
        cause);
  }
}
