package dev.framepack.engine.video;

import dev.framepack.engine.json.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The final place of an output and the unfinished one in its stead: a file or folder {@code
 * name.<uuid>.part} in the same directory, synced and renamed in one step when whole, removed
 * otherwise; and the JSON file beside it.
 */
final class OutputTarget implements AutoCloseable {

  enum Kind {
    FILE,
    FOLDER
  }

  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_PATH_BYTES = 4095;
  private static final String SIDECAR = ".json";

  private final Path output;
  private final Path part;
  private final Path sidecar;
  private final Path sidecarPart;
  private final Kind kind;
  private final boolean overwrite;

  private OutputTarget(Path output, Kind kind, boolean overwrite) {
    this.output = output;
    this.kind = kind;
    this.overwrite = overwrite;
    String name = String.valueOf(output.getFileName());
    // The unfinished name must not be longer than the file system takes when the final one just
    // fits.
    String stem = utf8Bytes(name) <= MAX_NAME_BYTES - 64 ? name : "framepack";
    String unique = stem + "." + UUID.randomUUID();
    this.part = output.resolveSibling(unique + ".part");
    this.sidecar = output.resolveSibling(name + SIDECAR);
    this.sidecarPart = output.resolveSibling(unique + SIDECAR + ".part");
  }

  /**
   * Checks everything that can be known before the work, and creates the empty unfinished output.
   */
  static OutputTarget reserve(Path output, Kind kind, boolean overwrite) {
    OutputTarget target = new OutputTarget(output.toAbsolutePath(), kind, overwrite);
    target.checkNames();
    target.checkDirectory();
    target.checkVacant();
    try {
      if (kind == Kind.FOLDER) {
        Files.createDirectory(target.part);
      } else {
        Files.createFile(target.part);
      }
    } catch (IOException e) {
      throw OutputErrors.notWritable(target.directory(), e);
    }
    return target;
  }

  Path output() {
    return output;
  }

  Path part() {
    return part;
  }

  /** Puts the whole output and its JSON file in their places; the parts must be closed. */
  void commit(Map<String, ?> metadata) {
    try {
      Files.write(sidecarPart, Json.document(metadata), StandardOpenOption.CREATE_NEW);
      sync(sidecarPart);
      if (kind == Kind.FILE) {
        sync(part);
      } else {
        syncDirectory(part);
      }
      checkVacant();
      moveToPlace();
      syncDirectory(directory());
    } catch (IOException e) {
      throw OutputErrors.writeFailed(output, e);
    }
  }

  @Override
  public void close() {
    try {
      deleteAll(part);
      Files.deleteIfExists(sidecarPart);
    } catch (IOException e) {
      throw OutputErrors.writeFailed(part, e);
    }
  }

  static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private Path directory() {
    Path parent = output.getParent();
    return parent == null ? output : parent;
  }

  private void checkNames() {
    if (output.getFileName() == null) {
      throw OutputErrors.isDirectory(output);
    }
    int nameBytes = utf8Bytes(String.valueOf(sidecar.getFileName()));
    if (nameBytes > MAX_NAME_BYTES) {
      int limit = MAX_NAME_BYTES - SIDECAR.length();
      throw OutputErrors.nameTooLong(output, nameBytes - SIDECAR.length(), limit);
    }
    int pathBytes = utf8Bytes(sidecarPart.toString());
    if (pathBytes > MAX_PATH_BYTES) {
      throw OutputErrors.nameTooLong(output, pathBytes, MAX_PATH_BYTES);
    }
  }

  private void checkDirectory() {
    Path directory = directory();
    if (!Files.isDirectory(directory)) {
      throw OutputErrors.directoryMissing(directory);
    }
    if (!Files.isWritable(directory)) {
      throw OutputErrors.notWritable(directory, null);
    }
  }

  private void checkVacant() {
    boolean directory = Files.isDirectory(output, LinkOption.NOFOLLOW_LINKS);
    if (directory && kind == Kind.FILE) {
      throw OutputErrors.isDirectory(output);
    }
    if (Files.isDirectory(sidecar)) {
      throw OutputErrors.isDirectory(sidecar);
    }
    if (Files.exists(output, LinkOption.NOFOLLOW_LINKS)) {
      if (!overwrite) {
        throw OutputErrors.exists(output, "the output");
      }
      if (kind == Kind.FOLDER && !(directory && holdsOnlyFrames(output))) {
        throw OutputErrors.exists(output, "something other than a folder of frames");
      }
    }
    if (!overwrite && Files.exists(sidecar, LinkOption.NOFOLLOW_LINKS)) {
      throw OutputErrors.exists(sidecar, "the output's JSON file");
    }
  }

  /** A folder is replaced only when it is certain that nobody's other files go with it. */
  private static boolean holdsOnlyFrames(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.allMatch(file -> PngSequenceSink.isFrameName(file.getFileName().toString()));
    } catch (IOException e) {
      throw OutputErrors.notWritable(folder, e);
    }
  }

  /** The JSON file goes first, so that no video ever stands there without it. */
  private void moveToPlace() throws IOException {
    Path old = sidecarPart.resolveSibling(sidecarPart.getFileName() + ".old");
    boolean replaces = Files.exists(sidecar);
    if (replaces) {
      Files.move(sidecar, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(sidecarPart, sidecar, StandardCopyOption.ATOMIC_MOVE);
      moveOutputToPlace();
    } catch (IOException e) {
      if (replaces) {
        Files.move(old, sidecar, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.deleteIfExists(sidecar);
      }
      throw e;
    }
    Files.deleteIfExists(old);
  }

  private void moveOutputToPlace() throws IOException {
    if (kind == Kind.FOLDER && Files.exists(output)) {
      Path old = part.resolveSibling(part.getFileName() + ".old");
      Files.move(output, old, StandardCopyOption.ATOMIC_MOVE);
      try {
        Files.move(part, output, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        Files.move(old, output, StandardCopyOption.ATOMIC_MOVE);
        throw e;
      }
      deleteAll(old);
    } else {
      Files.move(part, output, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void deleteAll(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    Files.deleteIfExists(path);
  }

  private static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Some file systems cannot sync a directory; the files in it are synced.
      System.getLogger(OutputTarget.class.getName())
          .log(System.Logger.Level.DEBUG, "directory not synced: " + e);
    }
  }

  private static int utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
