package dev.framepack.weights;

import dev.framepack.weights.FileHeader.Entry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One open safetensors or GGUF file, told apart by its first bytes and wholly checked: a file that
 * opens has every tensor where its header says. Files of any size are one mapped segment, which
 * {@link #close()} releases. Safe for concurrent use; a tensor used after close throws {@link
 * IllegalStateException}.
 */
public final class WeightFile implements TensorSource, AutoCloseable {
  private final Path path;
  private final BasicFileAttributes attributes;
  private final FileHeader header;
  private final Arena arena;
  private final @Nullable MemorySegment data;

  private WeightFile(
      Path path,
      BasicFileAttributes attributes,
      FileHeader header,
      Arena arena,
      @Nullable MemorySegment data) {
    this.path = path;
    this.attributes = attributes;
    this.header = header;
    this.arena = arena;
    this.data = data;
  }

  /**
   * Maps a file.
   *
   * @throws WeightException {@code ST_*} or {@code GGUF_*} for a malformed file, {@code MODEL_IO}
   *     for one that cannot be read, {@code MODEL_CHANGED} for one that changes meanwhile
   */
  public static WeightFile open(Path path) {
    return open(path, LoadMode.MAPPED);
  }

  /** Opens the header alone: names, types, shapes and metadata, no data. */
  public static WeightFile openHeader(Path path) {
    return open(path, LoadMode.HEADER_ONLY);
  }

  /** Opens a file in the given mode; errors as {@link #open(Path)}. */
  @SuppressWarnings("MustBeClosedChecker") // the WeightFile owns the arena and closes it
  public static WeightFile open(Path path, LoadMode mode) {
    BasicFileAttributes attributes = MappedFiles.regularFile(path);
    Arena arena = Arena.ofShared();
    try (FileChannel channel = MappedFiles.openChannel(path)) {
      long bytes = attributes.size();
      FileHeader header =
          GgufHeader.isGguf(channel)
              ? GgufHeader.read(path, channel, bytes)
              : SafetensorsHeader.read(path, channel, bytes);
      MemorySegment data =
          mode == LoadMode.HEADER_ONLY
              ? null
              : MappedFiles.load(path, channel, bytes, mode, arena).asSlice(header.dataStart());
      return new WeightFile(path, attributes, header, arena, data);
    } catch (IOException e) {
      arena.close();
      throw MappedFiles.unreadable(path, e);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  /** Length of the whole file when it was opened. */
  public long fileBytes() {
    return attributes.size();
  }

  /** The {@code __metadata__} texts of a safetensors header; GGUF's as text, arrays by length. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public Set<String> names() {
    return header.entries().keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return entry(name).info();
  }

  @Override
  public WeightTensor tensor(String name) {
    Entry entry = entry(name);
    if (data == null) {
      throw new IllegalStateException(path + " was opened for its header only");
    }
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException(path + " is closed");
    }
    MemorySegment bytes = data.asSlice(entry.begin(), entry.end() - entry.begin());
    TensorInfo info = entry.info();
    return new WeightTensor(info.name(), info.type(), info.shape(), bytes);
  }

  /**
   * Checks that nobody wrote to the file since it was opened. Replacing it by rename is allowed:
   * what is mapped stays the old content.
   *
   * @throws WeightException {@code MODEL_CHANGED}
   */
  public void requireUnchanged() {
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return; // unlinked: the mapping keeps the content
    } catch (IOException e) {
      throw MappedFiles.unreadable(path, e);
    }
    boolean sameFile = Objects.equals(now.fileKey(), attributes.fileKey());
    boolean sameContent =
        now.size() == attributes.size()
            && now.lastModifiedTime().equals(attributes.lastModifiedTime());
    if (sameFile && !sameContent) {
      throw WeightException.in(
          WeightError.MODEL_CHANGED,
          path,
          "was written to while in use: %s bytes of %s, was %s bytes of %s"
              .formatted(
                  now.size(),
                  now.lastModifiedTime(),
                  attributes.size(),
                  attributes.lastModifiedTime()));
    }
  }

  /** Releases the mapping; tensors of this file become unusable. Closing twice is harmless. */
  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private Entry entry(String name) {
    Entry entry = header.entries().get(name);
    if (entry == null) {
      throw WeightException.inTensor(
          WeightError.MODEL_TENSOR_MISSING, path, name, "is not in this file");
    }
    return entry;
  }
}
