package dev.framepack.engine.image;

/** Between interleaved 8-bit pictures [H, W, 3] and planar float values [3, H, W]. */
public final class Planes {

  /** From a byte of a channel, 0 to 255, to a tensor's value. */
  @FunctionalInterface
  interface ByteToFloat {
    float apply(int channel, int value);
  }

  /** From a tensor's value in [-1, 1] to a byte (specification section 9). */
  public enum Rounding {
    /** Profile {@code framepack}: trunc(127.5 clamp(x, -1, 1) + 127.5). */
    TRUNCATE {
      @Override
      int toByte(float x) {
        return (int) (Math.clamp(x, -1f, 1f) * 127.5f + 127.5f);
      }
    },
    /** Profile {@code diffusers}: rint(255 clamp(x / 2 + 0.5, 0, 1)), half to even. */
    NEAREST {
      @Override
      int toByte(float x) {
        return (int) Math.rint(Math.clamp(x / 2f + 0.5f, 0f, 1f) * 255f);
      }
    };

    abstract int toByte(float x);
  }

  private Planes() {}

  /** The VAE encoder's input u / 127.5 - 1, [1, 3, 1, H, W], row-major. */
  public static float[] vaePixels(Rgb8Image image) {
    return of(image, (channel, u) -> u / 127.5f - 1f);
  }

  /**
   * One frame of decoded video as a picture.
   *
   * @param values planar samples, red plane first
   * @param offset place of the first red sample
   * @param planeStride distance between a sample and the same sample of the next channel
   */
  public static Rgb8Image toImage(
      float[] values, int offset, int planeStride, ImageSize size, Rounding rounding) {
    int pixels = size.height() * size.width();
    byte[] rgb = new byte[pixels * Rgb8Image.CHANNELS];
    for (int c = 0; c < Rgb8Image.CHANNELS; c++) {
      int plane = offset + c * planeStride;
      for (int i = 0; i < pixels; i++) {
        rgb[i * Rgb8Image.CHANNELS + c] = (byte) rounding.toByte(values[plane + i]);
      }
    }
    return Rgb8Image.wrap(size.width(), size.height(), rgb);
  }

  static float[] of(Rgb8Image image, ByteToFloat map) {
    byte[] rgb = image.bytes();
    int pixels = image.width() * image.height();
    float[] table = new float[256];
    float[] planes = new float[rgb.length]; // [3, H, W]
    for (int c = 0; c < Rgb8Image.CHANNELS; c++) {
      for (int u = 0; u < table.length; u++) {
        table[u] = map.apply(c, u);
      }
      for (int i = 0; i < pixels; i++) {
        planes[c * pixels + i] = table[rgb[i * Rgb8Image.CHANNELS + c] & 0xFF];
      }
    }
    return planes;
  }
}
