package dev.framepack.engine.video;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The comment of an MP4 file, where {@link FfmpegSink} keeps the metadata: boxes {@code moov/udta/
 * meta/ilst/(c)cmt/data} (ISO/IEC 14496-12, and iTunes' list of items).
 */
public final class Mp4Comment {
  private static final int MAX_TEXT_BYTES = 16 << 20;
  private static final int MAX_BOXES = 10_000;
  private static final int SHORT_HEADER_BYTES = 8;
  private static final int LONG_HEADER_BYTES = 16;
  private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

  /** Each name, and the bytes between a box's header and the boxes in it. */
  private record Step(int type, int fieldBytes) {}

  private static final Step[] WAY = {
    new Step(type('m', 'o', 'o', 'v'), 0),
    new Step(type('u', 'd', 't', 'a'), 0),
    new Step(type('m', 'e', 't', 'a'), 4), // version and flags
    new Step(type('i', 'l', 's', 't'), 0),
    new Step(type(0xA9, 'c', 'm', 't'), 0),
    new Step(type('d', 'a', 't', 'a'), 8) // type and locale
  };

  private Mp4Comment() {}

  private static int type(int a, int b, int c, int d) {
    return a << 24 | b << 16 | c << 8 | d;
  }

  /**
   * Reads it.
   *
   * @return empty for a file without one, or that is no MP4
   * @throws IOException when the file cannot be read
   */
  public static Optional<String> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long begin = 0;
      long end = channel.size();
      for (Step step : WAY) {
        long[] inside = find(channel, begin, end, step);
        if (inside.length == 0) {
          return Optional.empty();
        }
        begin = inside[0];
        end = inside[1];
      }
      if (end - begin > MAX_TEXT_BYTES) {
        return Optional.empty();
      }
      ByteBuffer text = read(channel, begin, (int) (end - begin));
      return Optional.of(StandardCharsets.UTF_8.decode(text).toString());
    }
  }

  /** Begin and end of what lies in the first box of a type; nothing when there is none. */
  private static long[] find(FileChannel channel, long begin, long end, Step step)
      throws IOException {
    long at = begin;
    for (int box = 0; box < MAX_BOXES && end - at >= SHORT_HEADER_BYTES; box++) {
      ByteBuffer header = read(channel, at, SHORT_HEADER_BYTES);
      long bytes = header.getInt(0) & UNSIGNED_INT;
      int headerBytes = SHORT_HEADER_BYTES;
      if (bytes == 0) {
        bytes = end - at;
      } else if (bytes == 1) {
        if (end - at < LONG_HEADER_BYTES) {
          return new long[0];
        }
        headerBytes = LONG_HEADER_BYTES;
        bytes = read(channel, at, LONG_HEADER_BYTES).getLong(SHORT_HEADER_BYTES);
      }
      if (bytes < headerBytes || bytes > end - at) {
        return new long[0];
      }
      if (header.getInt(Integer.BYTES) == step.type()) {
        long inside = at + headerBytes + step.fieldBytes();
        return inside <= at + bytes ? new long[] {inside, at + bytes} : new long[0];
      }
      at += bytes;
    }
    return new long[0];
  }

  private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("the file became shorter");
      }
    }
    return buffer.flip();
  }
}
