package dev.framepack.engine.video;

import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the finished frames of a video in a temporary file until they can be written in order of
 * time.
 *
 * <p>Sections may be generated last first, so frames come at both ends. The heap holds one frame at
 * a time, however long the video is. Not thread-safe; closing removes the file.
 */
public final class FrameStore implements AutoCloseable {
  private static final String PREFIX = "framepack-frames-";
  private static final String SUFFIX = ".part";
  private static final Path TEMPORARY = Path.of("the system's temporary folder");

  private final int width;
  private final int height;
  private final FileChannel file;
  // From a frame's index to its slot in the file.
  private final NavigableMap<Long, Long> slots = new TreeMap<>();

  /**
   * @param width of every frame, pixels
   * @param height of every frame, pixels
   * @param directory where the temporary file goes; it needs room for width x height x 3 bytes a
   *     frame; null for the system's temporary folder
   */
  public FrameStore(int width, int height, @Nullable Path directory) {
    this.width = width;
    this.height = height;
    try {
      this.file =
          FileChannel.open(
              directory == null
                  ? Files.createTempFile(PREFIX, SUFFIX)
                  : Files.createTempFile(directory, PREFIX, SUFFIX),
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw OutputErrors.notWritable(directory == null ? TEMPORARY : directory, e);
    }
  }

  /** Stores a frame at its index, which may be negative; replaces the frame that was there. */
  public void put(long index, Rgb8Image frame) {
    if (frame.width() != width || frame.height() != height) {
      throw new IllegalArgumentException(
          "frame %s: expected %sx%s, found %sx%s"
              .formatted(index, width, height, frame.width(), frame.height()));
    }
    Long existing = slots.get(index);
    long slot = existing == null ? slots.size() : existing;
    ByteBuffer bytes = frame.buffer();
    long position = slot * frameBytes();
    try {
      while (bytes.hasRemaining()) {
        position += file.write(bytes, position);
      }
    } catch (IOException e) {
      throw OutputErrors.writeFailed(Path.of("temporary store of frames"), e);
    }
    slots.put(index, slot);
  }

  /** Stores a frame after the last one; the first goes to index 0. */
  public void append(Rgb8Image frame) {
    put(slots.isEmpty() ? 0 : slots.lastKey() + 1, frame);
  }

  /** Stores a frame before the first one; the first goes to index 0. */
  public void prepend(Rgb8Image frame) {
    put(slots.isEmpty() ? 0 : slots.firstKey() - 1, frame);
  }

  /** Number of frames held. */
  public int size() {
    return slots.size();
  }

  /** Whether there is no gap between the first and the last frame. */
  public boolean isContiguous() {
    return slots.isEmpty() || slots.lastKey() - slots.firstKey() + 1 == slots.size();
  }

  /**
   * One frame, read from the file; positions count from the first frame held, whatever its index.
   *
   * @throws IndexOutOfBoundsException if there is no frame at the position
   */
  public Rgb8Image frame(int position) {
    Long slot = slots.isEmpty() ? null : slots.get(slots.firstKey() + position);
    if (slot == null) {
      throw new IndexOutOfBoundsException(
          "frame %s: expected one of %s from the first on".formatted(position, slots.size()));
    }
    return read(slot);
  }

  /**
   * Hands out every frame by rising index.
   *
   * @throws IllegalStateException if a frame is missing in between
   */
  public void forEach(Consumer<Rgb8Image> consumer) {
    if (!isContiguous()) {
      throw new IllegalStateException(
          "frames %s to %s: expected %s, found %s"
              .formatted(
                  slots.firstKey(),
                  slots.lastKey(),
                  slots.lastKey() - slots.firstKey() + 1,
                  slots.size()));
    }
    for (long slot : slots.values()) {
      consumer.accept(read(slot));
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw OutputErrors.writeFailed(Path.of("temporary store of frames"), e);
    }
  }

  private Rgb8Image read(long slot) {
    byte[] rgb = new byte[Math.toIntExact(frameBytes())];
    ByteBuffer bytes = ByteBuffer.wrap(rgb);
    long position = slot * frameBytes();
    try {
      while (bytes.hasRemaining()) {
        int count = file.read(bytes, position);
        if (count < 0) {
          throw new IOException("the file became shorter");
        }
        position += count;
      }
    } catch (IOException e) {
      throw OutputErrors.writeFailed(Path.of("temporary store of frames"), e);
    }
    return Rgb8Image.wrap(width, height, rgb);
  }

  private long frameBytes() {
    return (long) width * height * Rgb8Image.CHANNELS;
  }
}
