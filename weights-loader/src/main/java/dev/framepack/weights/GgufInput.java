package dev.framepack.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The primitives of a GGUF header, read in order. Nothing is read past the end of the file or the
 * limit of a header, and nothing is allocated before its length was compared with both.
 */
final class GgufInput {
  /**
   * A value of metadata.
   *
   * @param text for people: the value, or how many values an array has
   * @param integers the value or values where they are integers and at most {@link #MAX_KEPT}
   */
  @SuppressWarnings("ArrayRecordComponent") // read once by the header
  record Value(String text, long[] integers) {}

  static final int MAX_KEPT = 8;
  private static final int MAX_VALUE_BYTES = 1 << 22;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  /** Bytes of a value by its type's code; 0: a string or an array. */
  private static final int[] BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  private final Path file;
  private final FileChannel channel;
  private final long limit;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long position;

  GgufInput(Path file, FileChannel channel, long fileBytes) {
    this.file = file;
    this.channel = channel;
    this.limit = Math.min(fileBytes, SafetensorsHeader.MAX_HEADER_BYTES);
  }

  /** Bytes read so far. */
  long position() {
    return position;
  }

  /** Bytes the header may still have. */
  long remaining() {
    return limit - position;
  }

  long u32(String what) throws IOException {
    return Integer.toUnsignedLong(take(4, what).getInt());
  }

  /** 64 bits; a value of 2^63 or more is negative. */
  long u64(String what) throws IOException {
    return take(8, what).getLong();
  }

  void skip(long bytes, String what) throws IOException {
    require(bytes, what);
    while (bytes > 0) {
      int step = (int) Math.min(bytes, BUFFER_BYTES);
      take(step, what).position(buffer.position() + step);
      bytes -= step;
    }
  }

  /** A length and as many bytes of UTF-8. */
  String text(int maxBytes, String what) throws IOException {
    long bytes = u64("the length of " + what);
    if (bytes < 0 || bytes > maxBytes) {
      throw WeightException.in(
          WeightError.GGUF_LIMIT,
          file,
          "%s has %s bytes, limit %s".formatted(what, Long.toUnsignedString(bytes), maxBytes));
    }
    require(bytes, what);
    ByteBuffer text = ByteBuffer.allocate((int) bytes);
    while (text.hasRemaining()) {
      int step = Math.min(text.remaining(), BUFFER_BYTES);
      ByteBuffer source = take(step, what);
      text.put(source.slice(source.position(), step));
      source.position(source.position() + step);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text.flip()).toString();
    } catch (CharacterCodingException e) {
      throw WeightException.in(WeightError.GGUF_METADATA, file, what + " is not UTF-8", e);
    }
  }

  /** A type's code and a value of it. */
  Value value(String key) throws IOException {
    String what = "metadata " + MessageText.quote(key, 60);
    long type = u32("the type of " + what);
    if (type == ARRAY) {
      return array(what);
    }
    if (type == STRING) {
      return new Value(text(MAX_VALUE_BYTES, what), new long[0]);
    }
    requireKnown(type, what);
    return scalar((int) type, what);
  }

  private Value array(String what) throws IOException {
    long type = u32("the type of " + what);
    long count = u64("the length of " + what);
    if (type == ARRAY) {
      throw WeightException.in(
          WeightError.GGUF_METADATA, file, what + " is an array of arrays, expected one of values");
    }
    requireKnown(type, what);
    int leastBytes = type == STRING ? 8 : BYTES[(int) type];
    if (count < 0 || count > remaining() / leastBytes) {
      throw WeightException.in(
          WeightError.GGUF_LIMIT,
          file,
          "%s says it has %s values, what fits %s bytes"
              .formatted(what, Long.toUnsignedString(count), remaining()));
    }
    String text = count + " values";
    if (type == STRING) {
      for (long i = 0; i < count; i++) {
        long bytes = u64("the length of a value of " + what);
        skip(bytes < 0 ? Long.MAX_VALUE : bytes, what);
      }
      return new Value(text, new long[0]);
    }
    if (count > MAX_KEPT) {
      skip(count * leastBytes, what);
      return new Value(text, new long[0]);
    }
    long[] kept = new long[(int) count];
    for (int i = 0; i < kept.length; i++) {
      long[] one = scalar((int) type, what).integers();
      kept[i] = one.length == 0 ? 0 : one[0];
    }
    return new Value(text, kept);
  }

  private void requireKnown(long type, String what) {
    if (type >= BYTES.length) {
      throw WeightException.in(
          WeightError.GGUF_METADATA, file, what + " is of the unknown type " + type);
    }
  }

  private Value scalar(int type, String what) throws IOException {
    ByteBuffer in = take(BYTES[type], what);
    return switch (type) {
      case 0 -> integer(Byte.toUnsignedLong(in.get()));
      case 1 -> integer(in.get());
      case 2 -> integer(Short.toUnsignedLong(in.getShort()));
      case 3 -> integer(in.getShort());
      case 4 -> integer(Integer.toUnsignedLong(in.getInt()));
      case 5 -> integer(in.getInt());
      case 6 -> new Value(Float.toString(in.getFloat()), new long[0]);
      case 7 -> new Value(in.get() == 0 ? "false" : "true", new long[0]);
      case 12 -> new Value(Double.toString(in.getDouble()), new long[0]);
      default -> integer(in.getLong());
    };
  }

  private static Value integer(long value) {
    return new Value(Long.toString(value), new long[] {value});
  }

  private void require(long bytes, String what) {
    if (bytes > remaining()) {
      throw WeightException.in(
          WeightError.GGUF_TRUNCATED,
          file,
          "the header ends within %s: %s bytes at byte %s, limit %s"
              .formatted(what, Long.toUnsignedString(bytes), position, limit));
    }
  }

  /** The buffer with the next bytes in it, counted as read. */
  private ByteBuffer take(int bytes, String what) throws IOException {
    require(bytes, what);
    if (buffer.remaining() < bytes) {
      long from = position;
      buffer.clear();
      int wanted = (int) Math.min(BUFFER_BYTES, remaining());
      buffer.limit(wanted);
      while (buffer.hasRemaining()) {
        int read = channel.read(buffer, from + buffer.position());
        if (read < 0) {
          throw WeightException.in(
              WeightError.MODEL_CHANGED, file, "ended while its header was read");
        }
      }
      buffer.flip();
    }
    position += bytes;
    return buffer;
  }
}
