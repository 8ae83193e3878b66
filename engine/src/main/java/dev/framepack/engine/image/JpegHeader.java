package dev.framepack.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What stands before the pixels of a JPEG file (ITU-T T.81 annex B): size, colour space,
 * orientation.
 *
 * <p>The colour space is told as libjpeg tells it: JFIF first, then Adobe's marker, then the
 * component identifiers.
 *
 * @param space how the stored components are to be read
 */
record JpegHeader(int width, int height, ColorSpace space, ExifOrientation orientation) {

  enum ColorSpace {
    GREY(1),
    RGB(3),
    YCBCR(3),
    CMYK(4),
    YCCK(4);

    final int components;

    ColorSpace(int components) {
      this.components = components;
    }
  }

  private static final int NO_ADOBE = -1;
  private static final byte[] EXIF = "Exif\0\0".getBytes(ISO_8859_1);
  private static final byte[] JFIF = "JFIF\0".getBytes(ISO_8859_1);
  private static final byte[] ADOBE = "Adobe".getBytes(ISO_8859_1);

  static JpegHeader parse(byte[] file) throws DamagedImageException {
    ByteBuffer in = ByteBuffer.wrap(file);
    boolean jfif = false;
    int adobeTransform = NO_ADOBE;
    ExifOrientation orientation = ExifOrientation.NORMAL;
    int offset = 2;
    while (true) {
      offset = nextMarker(file, offset);
      int marker = file[offset - 1] & 0xFF;
      if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
        continue;
      }
      if (marker == 0xD9 || marker == 0xDA) {
        throw new DamagedImageException("it has no frame header");
      }
      int bytes = segmentBytes(in, offset);
      int data = offset + 2;
      if (isFrame(marker)) {
        checkEnd(in, offset + bytes);
        return frame(in.slice(data, bytes - 2), jfif, adobeTransform, orientation);
      }
      if (marker == 0xE0 && has(file, data, bytes - 2, JFIF)) {
        jfif = true;
      } else if (marker == 0xE1 && has(file, data, bytes - 2, EXIF)) {
        orientation = ExifOrientation.ofTiff(in.slice(data + EXIF.length, bytes - 2 - EXIF.length));
      } else if (marker == 0xEE && bytes >= 14 && has(file, data, bytes - 2, ADOBE)) {
        adobeTransform = file[data + 11] & 0xFF;
      }
      offset += bytes;
    }
  }

  private static JpegHeader frame(
      ByteBuffer frame, boolean jfif, int adobeTransform, ExifOrientation orientation)
      throws DamagedImageException {
    if (frame.limit() < 6) {
      throw new DamagedImageException("its frame header is too short");
    }
    int height = frame.getShort(1) & 0xFFFF;
    int width = frame.getShort(3) & 0xFFFF;
    int components = frame.get(5) & 0xFF;
    if (frame.limit() < 6 + 3 * components) {
      throw new DamagedImageException("its frame header is too short");
    }
    ColorSpace space =
        switch (components) {
          case 1 -> ColorSpace.GREY;
          case 3 -> threeComponents(frame, jfif, adobeTransform);
          case 4 ->
              adobeTransform == NO_ADOBE || adobeTransform == 0 ? ColorSpace.CMYK : ColorSpace.YCCK;
          default ->
              throw new DamagedImageException(
                  "expected 1, 3 or 4 colour components, found " + components);
        };
    return new JpegHeader(width, height, space, orientation);
  }

  private static ColorSpace threeComponents(ByteBuffer frame, boolean jfif, int adobeTransform) {
    if (jfif) {
      return ColorSpace.YCBCR;
    }
    if (adobeTransform != NO_ADOBE) {
      return adobeTransform == 0 ? ColorSpace.RGB : ColorSpace.YCBCR;
    }
    boolean named = frame.get(6) == 'R' && frame.get(9) == 'G' && frame.get(12) == 'B';
    return named ? ColorSpace.RGB : ColorSpace.YCBCR;
  }

  /**
   * Walks the segments up to the end marker: decoders fill what is missing with grey and say
   * little.
   */
  private static void checkEnd(ByteBuffer in, int from) throws DamagedImageException {
    byte[] file = in.array();
    int offset = from;
    while (true) {
      offset = nextMarker(file, offset);
      int marker = file[offset - 1] & 0xFF;
      if (marker == 0xD9) {
        return;
      }
      if (marker > 0xD8 || marker < 0xD0) {
        offset += segmentBytes(in, offset);
      }
    }
  }

  /** Start-of-frame markers; C4, C8 and CC are tables and an extension. */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /** The offset after the next marker; stray bytes before it are skipped, as decoders do. */
  private static int nextMarker(byte[] file, int from) throws DamagedImageException {
    for (int i = from; i < file.length - 1; i++) {
      int code = file[i + 1] & 0xFF;
      if (file[i] == (byte) 0xFF && code != 0xFF && code != 0) {
        return i + 2;
      }
    }
    throw new DamagedImageException("it is cut short at byte " + file.length);
  }

  private static int segmentBytes(ByteBuffer in, int offset) throws DamagedImageException {
    int left = in.limit() - offset;
    int bytes = left < 2 ? 0 : in.getShort(offset) & 0xFFFF;
    if (bytes < 2 || bytes > left) {
      throw new DamagedImageException("segment at byte " + offset + " goes beyond the file's end");
    }
    return bytes;
  }

  private static boolean has(byte[] file, int offset, int bytes, byte[] signature) {
    return bytes >= signature.length
        && Arrays.equals(file, offset, offset + signature.length, signature, 0, signature.length);
  }
}
