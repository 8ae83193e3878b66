package dev.framepack.engine.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a camera held the picture: EXIF tag 0x0112, values 1 to 8. */
enum ExifOrientation {
  NORMAL(false, false, false),
  MIRRORED(false, true, false),
  ROTATED_180(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  ROTATED_90(true, false, true),
  TRANSVERSED(true, true, true),
  ROTATED_270(true, true, false);

  private static final int ORIENTATION_TAG = 0x0112;
  private static final int ENTRY_BYTES = 12;

  private final boolean swapsAxes;
  private final boolean reversesX;
  private final boolean reversesY;

  /**
   * The source pixel of (x, y) is found by swapping, then counting reversed axes from their end.
   */
  ExifOrientation(boolean swapsAxes, boolean reversesX, boolean reversesY) {
    this.swapsAxes = swapsAxes;
    this.reversesX = reversesX;
    this.reversesY = reversesY;
  }

  /** The orientation in a TIFF block; {@link #NORMAL} when the block is damaged or says none. */
  static ExifOrientation ofTiff(ByteBuffer tiff) {
    if (tiff.limit() < 14) {
      return NORMAL;
    }
    ByteBuffer in = tiff.duplicate();
    switch (in.getShort(0)) {
      case 0x4949 -> in.order(ByteOrder.LITTLE_ENDIAN);
      case 0x4D4D -> in.order(ByteOrder.BIG_ENDIAN);
      default -> {
        return NORMAL;
      }
    }
    int directory = in.getInt(4);
    if (directory < 8 || directory > in.limit() - 2) {
      return NORMAL;
    }
    int entries = in.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY_BYTES;
      if (entry > in.limit() - ENTRY_BYTES) {
        return NORMAL;
      }
      if ((in.getShort(entry) & 0xFFFF) == ORIENTATION_TAG) {
        int value = in.getShort(entry + 8) & 0xFFFF;
        return value >= 1 && value <= 8 ? values()[value - 1] : NORMAL;
      }
    }
    return NORMAL;
  }

  /** The picture turned upright. */
  Rgb8Image apply(Rgb8Image image) {
    if (this == NORMAL) {
      return image;
    }
    int width = swapsAxes ? image.height() : image.width();
    int height = swapsAxes ? image.width() : image.height();
    byte[] source = image.bytes();
    byte[] upright = new byte[source.length];
    int out = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int alongX = swapsAxes ? y : x;
        int alongY = swapsAxes ? x : y;
        int sourceX = reversesX ? image.width() - 1 - alongX : alongX;
        int sourceY = reversesY ? image.height() - 1 - alongY : alongY;
        int in = (sourceY * image.width() + sourceX) * Rgb8Image.CHANNELS;
        upright[out++] = source[in];
        upright[out++] = source[in + 1];
        upright[out++] = source[in + 2];
      }
    }
    return Rgb8Image.wrap(width, height, upright);
  }
}
