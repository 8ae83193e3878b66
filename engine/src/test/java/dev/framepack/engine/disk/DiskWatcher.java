package dev.framepack.engine.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Sees every change of a {@link WatchedDisk} and may refuse it. Paths are those of the real disk.
 */
public interface DiskWatcher {

  /** What happens to a file or folder. */
  enum Change {
    CREATE,
    WRITE,
    FORCE,
    RENAME,
    DELETE
  }

  /** Before it happens; an exception is what the program gets instead. */
  default void before(Change change, Path path) throws IOException {}

  /** A file or folder was made. */
  default void created(Path path) {}

  /** A file's content, or a folder's entries, were forced to disk. */
  default void forced(Path path) throws IOException {}

  /** A file or folder has another name. */
  default void renamed(Path from, Path to) {}

  /** A file or folder is gone. */
  default void deleted(Path path) {}
}
