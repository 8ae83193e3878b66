package dev.framepack.engine.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A private folder of one process at a time, whose files are whole or not there at whatever moment
 * program or machine stop: written under another name, forced to disk, renamed, and the folder
 * forced too, before the next is begun.
 */
final class DurableFolder implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String UNFINISHED = ".tmp";
  private static final int MAX_FILE_BYTES = Integer.MAX_VALUE - 8;

  private final Path folder;
  private @Nullable FileChannel lock;

  private DurableFolder(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder, and those above it that are missing, and locks it. */
  static DurableFolder create(Path folder) {
    DurableFolder created = new DurableFolder(folder.toAbsolutePath());
    try {
      created.createFolder();
      created.acquire();
      return created;
    } catch (IOException e) {
      created.close();
      throw CheckpointErrors.writeFailed(folder, e);
    }
  }

  /** Locks a folder that is there. */
  static DurableFolder open(Path folder) {
    DurableFolder opened = new DurableFolder(folder.toAbsolutePath());
    if (!Files.isDirectory(folder)) {
      throw CheckpointErrors.missing(folder, "folder");
    }
    try {
      opened.acquire();
      return opened;
    } catch (IOException e) {
      opened.close();
      throw CheckpointErrors.writeFailed(folder, e);
    }
  }

  Path path() {
    return folder;
  }

  /** Puts a file in its place, replacing one of the name. */
  void write(String name, byte[] content) {
    Path file = folder.resolve(name);
    Path unfinished = folder.resolve(name + UNFINISHED);
    try {
      Set<StandardOpenOption> options =
          EnumSet.of(
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      try (FileChannel channel = FileChannel.open(unfinished, options, mode("rw-------"))) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      force(folder);
    } catch (IOException e) {
      throw CheckpointErrors.writeFailed(file, e);
    }
  }

  /** The content of a file. */
  byte[] read(String name) {
    return read(folder, name);
  }

  /** The content of a file of a folder that need not be locked. */
  static byte[] read(Path folder, String name) {
    Path file = folder.resolve(name);
    try {
      if (!Files.isRegularFile(file)) {
        throw CheckpointErrors.missing(folder, name);
      }
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw CheckpointErrors.damaged(file, "it is too large", null);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw CheckpointErrors.missing(folder, name);
    } catch (IOException e) {
      throw CheckpointErrors.damaged(file, "cannot be read: " + e, e);
    }
  }

  /** Removes every file but these; unfinished ones of an earlier process above all. */
  void retain(Set<String> names) {
    try {
      for (Path file : files()) {
        String name = file.getFileName().toString();
        if (!names.contains(name) && !name.equals(LOCK)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw CheckpointErrors.writeFailed(folder, e);
    }
  }

  /**
   * Removes the folder.
   *
   * @param first the file to begin with: without it the others mean nothing
   */
  void delete(String first) {
    try {
      Files.deleteIfExists(folder.resolve(first));
      force(folder);
      retain(Set.of());
      close();
      Files.deleteIfExists(folder.resolve(LOCK));
      Files.delete(folder);
    } catch (IOException e) {
      throw CheckpointErrors.writeFailed(folder, e);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private void createFolder() throws IOException {
    Path above = folder.getParent();
    if (above != null) {
      Files.createDirectories(above, mode("rwx------"));
    }
    Files.createDirectory(folder, mode("rwx------"));
    if (above != null) {
      force(above);
    }
  }

  private void acquire() throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileChannel channel = FileChannel.open(folder.resolve(LOCK), options, mode("rw-------"));
    lock = channel;
    try {
      if (channel.tryLock() == null) {
        close();
        throw CheckpointErrors.locked(folder);
      }
    } catch (OverlappingFileLockException e) {
      close();
      throw CheckpointErrors.locked(folder);
    }
  }

  private FileAttribute<?>[] mode(String permissions) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Lets others have the folder. */
  @Override
  public void close() {
    FileChannel held = lock;
    lock = null;
    if (held != null) {
      try {
        held.close();
      } catch (IOException e) {
        System.getLogger(DurableFolder.class.getName())
            .log(System.Logger.Level.WARNING, "lock of " + folder + " was not closed: " + e, e);
      }
    }
  }
}
