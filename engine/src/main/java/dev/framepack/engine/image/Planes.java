package dev.framepack.engine.image;

import java.util.List;

/** Between interleaved 8-bit pictures [H, W, 3] and planar float values [3, H, W]. */
public final class Planes {

  /** From a byte of a channel, 0 to 255, to a tensor's value. */
  @FunctionalInterface
  interface ByteToFloat {
    float apply(int channel, int value);
  }

  private Planes() {}

  /** The VAE encoder's input u / 127.5 - 1, [1, 3, 1, H, W], row-major. */
  public static float[] vaePixels(Rgb8Image image) {
    return of(image, (channel, u) -> u / 127.5f - 1f);
  }

  /** The same of frames of one size, [1, 3, T, H, W], row-major. */
  public static float[] vaePixels(List<Rgb8Image> frames) {
    int plane = frames.getFirst().width() * frames.getFirst().height();
    float[] pixels = new float[Math.multiplyExact(Rgb8Image.CHANNELS * frames.size(), plane)];
    for (int t = 0; t < frames.size(); t++) {
      float[] planes = vaePixels(frames.get(t)); // [3, H, W]
      for (int c = 0; c < Rgb8Image.CHANNELS; c++) {
        System.arraycopy(planes, c * plane, pixels, (c * frames.size() + t) * plane, plane);
      }
    }
    return pixels;
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
