package dev.framepack.engine.checkpoint;

import dev.framepack.engine.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  // Real paths. Closing any channel of a file frees all locks that the process has on it, so a
  // second one must not even be opened while the first holds the folder.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private @Nullable Path held;
  private @Nullable FileChannel lock;

  private DurableFolder(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder, and those above it that are missing, and locks it. */
  static DurableFolder create(Path folder) {
    DurableFolder created = new DurableFolder(folder.toAbsolutePath());
    List<Path> above = created.createFolder();
    try {
      for (Path directory : above) {
        force(directory);
      }
      created.acquire();
      return created;
    } catch (IOException e) {
      OutputException failure = CheckpointErrors.writeFailed(folder, e);
      created.abandon(failure);
      throw failure;
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

  /** Removes as much as can be of a folder whose begin failed, so that its name is free again. */
  void abandon(Throwable reason) {
    try {
      delete(LOCK);
    } catch (OutputException e) {
      reason.addSuppressed(e);
    } finally {
      close();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Makes it; the folders above it in which something was made, the nearest first. */
  private List<Path> createFolder() {
    List<Path> above = new ArrayList<>();
    Path next = folder.getParent();
    while (next != null && (above.isEmpty() || !Files.exists(above.getLast()))) {
      above.add(next);
      next = next.getParent();
    }
    try {
      Files.createDirectories(above.getFirst(), mode("rwx------"));
    } catch (IOException e) {
      throw CheckpointErrors.writeFailed(folder, e);
    }
    try {
      Files.createDirectory(folder, mode("rwx------"));
    } catch (FileAlreadyExistsException e) {
      throw CheckpointErrors.exists(folder, e);
    } catch (IOException e) {
      throw CheckpointErrors.writeFailed(folder, e);
    }
    return above;
  }

  private void acquire() throws IOException {
    Path real = folder.toRealPath();
    if (!HELD.add(real)) {
      throw CheckpointErrors.locked(folder);
    }
    held = real;
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileChannel channel = FileChannel.open(folder.resolve(LOCK), options, mode("rw-------"));
    lock = channel;
    try {
      if (channel.tryLock() == null) {
        close();
        throw CheckpointErrors.locked(folder);
      }
    } catch (OverlappingFileLockException e) { // of an engine in another class loader
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
    FileChannel locked = lock;
    lock = null;
    if (locked != null) {
      try {
        locked.close();
      } catch (IOException e) {
        System.getLogger(DurableFolder.class.getName())
            .log(System.Logger.Level.WARNING, "lock of " + folder + " was not closed: " + e, e);
      }
    }
    Path here = held;
    held = null;
    if (here != null) {
      HELD.remove(here);
    }
  }
}
