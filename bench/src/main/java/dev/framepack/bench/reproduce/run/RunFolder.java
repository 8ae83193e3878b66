package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.OutputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The folder of a run, held by one process at a time. */
public final class RunFolder implements AutoCloseable, Pictures {
  private static final String LOCK = ".lock";
  private static final String THUMBNAILS = "thumbnails";

  private final Path path;
  private final FileChannel lock;

  private RunFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes the folder where it is missing and takes it.
   *
   * @throws OutputException {@code OUTPUT_LOCKED} when another process has it, {@code OUTPUT_IO}
   *     when it cannot be written
   */
  public static RunFolder open(Path path) {
    try {
      Files.createDirectories(path.resolve(THUMBNAILS));
      FileChannel channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new OutputException(
            "OUTPUT_LOCKED",
            path + ": another process writes there",
            "wait for it or choose another --output",
            null);
      }
      return new RunFolder(path, channel);
    } catch (IOException e) {
      throw AtomicFile.failure(path, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  public Path path() {
    return path;
  }

  Path cells() {
    return path.resolve("cells.jsonl");
  }

  @Override
  public void write(String name, byte[] png) {
    AtomicFile.write(path.resolve(name), png);
  }

  /** Name of a video's strip of frames, relative to the folder. */
  static String strip(String video) {
    return "%s/%s-strip.png".formatted(THUMBNAILS, video);
  }

  /** Gives the folder up; the lock file stays, since removing it would race with the next taker. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw AtomicFile.failure(path, e);
    }
  }
}
