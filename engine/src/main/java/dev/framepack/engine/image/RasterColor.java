package dev.framepack.engine.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * From a decoded raster to 8-bit RGB by sample values alone: alpha dropped, no profile, no gamma.
 */
final class RasterColor {

  private RasterColor() {}

  static Rgb8Image toRgb(BufferedImage image, ImageFormat format) throws IOException {
    return image.getColorModel() instanceof IndexColorModel palette
        ? indexed(image.getRaster(), palette)
        : direct(image, format);
  }

  private static Rgb8Image indexed(Raster raster, IndexColorModel palette) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = new byte[width * height * Rgb8Image.CHANNELS];
    int[] row = new int[width];
    int out = 0;
    for (int y = 0; y < height; y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int index : row) {
        boolean known = index < palette.getMapSize();
        rgb[out++] = (byte) (known ? palette.getRed(index) : 0);
        rgb[out++] = (byte) (known ? palette.getGreen(index) : 0);
        rgb[out++] = (byte) (known ? palette.getBlue(index) : 0);
      }
    }
    return Rgb8Image.wrap(width, height, rgb);
  }

  private static Rgb8Image direct(BufferedImage image, ImageFormat format) throws IOException {
    Raster raster = image.getRaster();
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    if (bands > 4) {
      throw new DamagedImageException("expected 1 to 4 channels, found " + bands);
    }
    boolean grey = bands < Rgb8Image.CHANNELS;
    // Pillow holds 16-bit grey in a mode of its own, and clips where it narrows that mode.
    boolean clips = bands == 1 && format == ImageFormat.PNG;
    byte[] rgb = new byte[width * height * Rgb8Image.CHANNELS];
    int[] row = new int[width * bands];
    int out = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i += bands) {
        for (int c = 0; c < Rgb8Image.CHANNELS; c++) {
          int band = grey ? 0 : c;
          int bits = raster.getSampleModel().getSampleSize(band);
          rgb[out++] = (byte) toEightBits(row[i + band], bits, clips);
        }
      }
    }
    return Rgb8Image.wrap(width, height, rgb);
  }

  private static int toEightBits(int sample, int bits, boolean clips) {
    if (bits == 8) {
      return sample;
    }
    if (bits < 8) {
      return sample * 255 / ((1 << bits) - 1);
    }
    return clips ? Math.min(sample, 255) : sample >>> (bits - 8);
  }
}
