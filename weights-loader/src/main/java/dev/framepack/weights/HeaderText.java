package dev.framepack.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The bytes of a safetensors header as text: strict UTF-8 that begins with an opening brace,
 * checked before the JSON parser (which would forgive a byte order mark or guess another encoding)
 * sees it.
 */
final class HeaderText {
  private static final int CHUNK_BYTES = 1 << 16;

  private HeaderText() {}

  static void check(Path file, FileChannel channel, long headerBytes) throws IOException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK_BYTES);
    CharBuffer text = CharBuffer.allocate(CHUNK_BYTES);
    long consumed = 0; // header bytes decoded so far
    boolean opened = false;
    do {
      long unread = headerBytes - consumed - bytes.position();
      bytes.limit((int) Math.min(bytes.capacity(), bytes.position() + unread));
      readFully(channel, bytes, SafetensorsHeader.LENGTH_BYTES + consumed + bytes.position());
      bytes.flip();
      boolean last = consumed + bytes.limit() == headerBytes;
      CoderResult result = decoder.decode(bytes, text.clear(), last);
      opened = checkText(file, channel, text.flip(), consumed, opened);
      consumed += bytes.position();
      if (result.isError()) {
        throw WeightException.in(
            WeightError.ST_HEADER_UTF8, file, "the header is not UTF-8 at header byte " + consumed);
      }
      bytes.compact();
    } while (consumed < headerBytes);
    if (!opened) {
      throw json(file, "the header is empty, expected '{'", 0);
    }
  }

  private static boolean checkText(
      Path file, FileChannel channel, CharBuffer text, long consumed, boolean alreadyOpened)
      throws IOException {
    boolean opened = alreadyOpened;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!opened && c == '{') {
        opened = true;
      } else if (!opened && !isSpace(c)) {
        ForeignFormat.refuse(file, channel);
        throw json(
            file,
            "the header begins with " + MessageText.quote("" + c, 8) + ", expected '{'",
            consumed + i);
      } else if (c == 0) {
        throw json(file, "the header contains a NUL", consumed + i);
      }
    }
    return opened;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  static WeightException json(Path file, String problem, long offset) {
    return WeightException.in(
        WeightError.ST_HEADER_JSON, file, problem + ", at header byte " + offset);
  }

  /** The header bytes, read in place; the channel's position is not touched. */
  static InputStream stream(FileChannel channel, long headerBytes) {
    return new InputStream() {
      private long position;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] out, int offset, int length) throws IOException {
        int wanted = (int) Math.min(length, headerBytes - position);
        if (wanted == 0) {
          return length == 0 ? 0 : -1;
        }
        int read =
            channel.read(
                ByteBuffer.wrap(out, offset, wanted), SafetensorsHeader.LENGTH_BYTES + position);
        position += Math.max(read, 0);
        return read;
      }
    };
  }

  static void readFully(FileChannel channel, ByteBuffer into, long from) throws IOException {
    long position = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, position);
      if (read < 0) {
        throw new EOFException("the file ended at byte " + position + " while it was read");
      }
      position += read;
    }
  }
}
