package dev.framepack.engine.image;

import java.awt.image.Raster;
import java.io.IOException;

/**
 * From the components stored in a JPEG to RGB: libjpeg's fixed-point arithmetic, and Pillow's for
 * CMYK.
 */
final class JpegColor {

  private static final int SCALE_BITS = 16;
  private static final int HALF = 1 << (SCALE_BITS - 1);
  private static final int CR_TO_RED = fixed(1.40200);
  private static final int CB_TO_BLUE = fixed(1.77200);
  private static final int CR_TO_GREEN = fixed(0.71414);
  private static final int CB_TO_GREEN = fixed(0.34414);

  private JpegColor() {}

  static Rgb8Image toRgb(Raster raster, JpegHeader header) throws IOException {
    JpegHeader.ColorSpace space = header.space();
    int width = raster.getWidth();
    int height = raster.getHeight();
    if (raster.getNumBands() != space.components
        || width != header.width()
        || height != header.height()) {
      throw new DamagedImageException("its pixels do not match its frame header");
    }
    byte[] rgb = new byte[width * height * Rgb8Image.CHANNELS];
    int[] row = new int[width * space.components];
    int[] color = new int[Rgb8Image.CHANNELS];
    int out = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i += space.components) {
        convert(space, row, i, color);
        rgb[out++] = (byte) color[0];
        rgb[out++] = (byte) color[1];
        rgb[out++] = (byte) color[2];
      }
    }
    return Rgb8Image.wrap(width, height, rgb);
  }

  private static void convert(JpegHeader.ColorSpace space, int[] row, int i, int[] color) {
    switch (space) {
      case GREY -> {
        color[0] = row[i];
        color[1] = row[i];
        color[2] = row[i];
      }
      case RGB -> System.arraycopy(row, i, color, 0, Rgb8Image.CHANNELS);
      case YCBCR -> fromYcc(row, i, color);
      case CMYK -> {
        System.arraycopy(row, i, color, 0, Rgb8Image.CHANNELS);
        fromInvertedCmyk(color, row[i + 3]);
      }
      case YCCK -> {
        // The Y, Cb, Cr of a YCCK file describe 255 - C, 255 - M, 255 - Y.
        fromYcc(row, i, color);
        for (int c = 0; c < color.length; c++) {
          color[c] = 255 - color[c];
        }
        fromInvertedCmyk(color, row[i + 3]);
      }
    }
  }

  private static void fromYcc(int[] row, int i, int[] color) {
    int y = row[i];
    int cb = row[i + 1] - 128;
    int cr = row[i + 2] - 128;
    color[0] = clip(y + ((CR_TO_RED * cr + HALF) >> SCALE_BITS));
    color[1] = clip(y + ((-CB_TO_GREEN * cb - CR_TO_GREEN * cr + HALF) >> SCALE_BITS));
    color[2] = clip(y + ((CB_TO_BLUE * cb + HALF) >> SCALE_BITS));
  }

  /** Files store 255 - ink, as Adobe's programs write them; so Pillow reads them all. */
  private static void fromInvertedCmyk(int[] stored, int storedBlack) {
    for (int c = 0; c < stored.length; c++) {
      int ink = 255 - stored[c];
      stored[c] = clip(storedBlack - multiplyDivide255(ink, storedBlack));
    }
  }

  private static int multiplyDivide255(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
  }

  private static int clip(int value) {
    return Math.clamp(value, 0, 255);
  }

  private static int fixed(double value) {
    return (int) (value * (1 << SCALE_BITS) + 0.5);
  }
}
