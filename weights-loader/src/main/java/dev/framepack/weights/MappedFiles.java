package dev.framepack.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Opens regular files for reading and says plainly why one cannot be opened. */
final class MappedFiles {
  private static final int READ_SLICE_BYTES = 1 << 26;

  private MappedFiles() {}

  /**
   * Attributes of a regular file, symbolic links followed. Nothing is opened, so a pipe or device
   * cannot block.
   */
  static BasicFileAttributes regularFile(Path file) {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    if (attributes.isDirectory()) {
      throw WeightException.in(
          WeightError.MODEL_IO, file, "is a directory, expected a regular file");
    }
    if (!attributes.isRegularFile()) {
      throw WeightException.in(
          WeightError.MODEL_IO, file, "is a pipe, socket or device, expected a regular file");
    }
    return attributes;
  }

  /** The folder a file lies in. */
  static Path folderOf(Path file) {
    Path absolute = file.toAbsolutePath();
    Path parent = absolute.getParent();
    return parent == null ? absolute : parent;
  }

  static FileChannel openChannel(Path file) {
    try {
      return FileChannel.open(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The whole file as one segment of {@code arena}. */
  static MemorySegment load(Path file, FileChannel channel, long bytes, LoadMode mode, Arena arena)
      throws IOException {
    if (mode == LoadMode.MAPPED) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
    }
    MemorySegment memory = arena.allocate(bytes);
    long position = 0;
    while (position < bytes) {
      ByteBuffer slice =
          memory.asSlice(position, Math.min(READ_SLICE_BYTES, bytes - position)).asByteBuffer();
      int read = channel.read(slice, position);
      if (read < 0) {
        throw WeightException.in(
            WeightError.MODEL_CHANGED,
            file,
            "ended at byte %s while it was read, had %s bytes".formatted(position, bytes));
      }
      position += read;
    }
    return memory;
  }

  static WeightException unreadable(Path file, IOException cause) {
    return WeightException.in(WeightError.MODEL_IO, file, reason(file, cause), cause);
  }

  static String reason(Path file, IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
          ? "is a symbolic link whose target does not exist"
          : "does not exist";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof FileSystemLoopException) {
      return "is a symbolic link that leads to itself";
    }
    if (cause instanceof ClosedByInterruptException) {
      return "reading was interrupted";
    }
    return "cannot be read: " + cause.getMessage();
  }

  /** A page of a mapped file was not there any more. */
  static WeightException changed(String tensor, InternalError fault) {
    return WeightException.inTensor(
        WeightError.MODEL_CHANGED,
        null,
        tensor,
        "the mapped file was cut off while it was read",
        fault);
  }
}
