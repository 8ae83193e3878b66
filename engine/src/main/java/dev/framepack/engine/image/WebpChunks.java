package dev.framepack.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The RIFF chunks of a WebP file (RFC 9649 section 2.3): whole or not, and which way up. */
final class WebpChunks {

  private static final int FIRST_CHUNK = 12;
  private static final int HEADER_BYTES = 8;

  private WebpChunks() {}

  /** Checks that every chunk the file announces is there. */
  static ExifOrientation check(byte[] file) throws DamagedImageException {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long end = HEADER_BYTES + (in.getInt(4) & 0xFFFFFFFFL);
    if (end > file.length) {
      throw new DamagedImageException(
          "it is cut short: expected " + end + " bytes, found " + file.length);
    }
    ExifOrientation orientation = ExifOrientation.NORMAL;
    long offset = FIRST_CHUNK;
    while (offset + HEADER_BYTES <= end) {
      String type = new String(file, (int) offset, 4, ISO_8859_1);
      long bytes = in.getInt((int) offset + 4) & 0xFFFFFFFFL;
      long data = offset + HEADER_BYTES;
      if (data + bytes > end) {
        throw new DamagedImageException("chunk at byte " + offset + " goes beyond the file's end");
      }
      if (type.equals("EXIF")) {
        orientation = ExifOrientation.ofTiff(tiff(in, (int) data, (int) bytes));
      }
      offset = data + bytes + (bytes & 1);
    }
    return orientation;
  }

  /** Some writers put JPEG's six-byte prefix before the TIFF block. */
  private static ByteBuffer tiff(ByteBuffer in, int data, int bytes) {
    boolean prefixed = bytes > 6 && in.get(data) == 'E' && in.get(data + 1) == 'x';
    int skipped = prefixed ? 6 : 0;
    return in.slice(data + skipped, bytes - skipped);
  }
}
