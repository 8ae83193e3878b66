package dev.framepack.engine.disk;

import java.io.IOException;
import java.nio.file.Path;

/** A disk that has no room left from a chosen change on. Only deleting still works. */
public final class FullDisk implements DiskWatcher {
  private long left;
  private boolean met;

  /**
   * @param changes how many creations, writes and renames still succeed
   */
  public FullDisk(long changes) {
    this.left = changes;
  }

  /** Whether it has refused anything. */
  public boolean wasMet() {
    return met;
  }

  @Override
  public void before(Change change, Path path) throws IOException {
    switch (change) {
      case CREATE, WRITE, RENAME -> {
        if (left == 0) {
          met = true;
          throw new IOException(path + ": No space left on device");
        }
        left--;
      }
      case FORCE, DELETE -> {}
    }
  }
}
