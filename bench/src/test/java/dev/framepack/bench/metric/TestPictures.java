package dev.framepack.bench.metric;

import dev.framepack.engine.image.Rgb8Image;
import java.util.Random;
import java.util.function.IntBinaryOperator;

/** Pictures of which everything is known. */
public final class TestPictures {
  private TestPictures() {}

  /** Grey levels by column and row, clamped to 0 to 255. */
  public static Rgb8Image grey(int width, int height, IntBinaryOperator level) {
    return picture(width, height, level, level, level);
  }

  public static Rgb8Image picture(
      int width,
      int height,
      IntBinaryOperator red,
      IntBinaryOperator green,
      IntBinaryOperator blue) {
    byte[] rgb = new byte[width * height * 3];
    IntBinaryOperator[] channels = {red, green, blue};
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3;
      int level = channels[i % 3].applyAsInt(pixel % width, pixel / width);
      rgb[i] = (byte) Math.clamp(level, 0, 255);
    }
    return Rgb8Image.wrap(width, height, rgb);
  }

  public static Rgb8Image flat(int side, int red, int green, int blue) {
    return picture(side, side, (x, y) -> red, (x, y) -> green, (x, y) -> blue);
  }

  /** A window of 64x64 on an endless random texture; moving it left moves the content right. */
  public static Rgb8Image texture(int left, int top) {
    return grey(64, 64, (x, y) -> new Random(mixed(x + left, y + top)).nextInt(256));
  }

  // Random's first number hardly depends on a seed's low bits alone.
  private static long mixed(long x, long y) {
    return (x * 0x9E3779B97F4A7C15L) ^ (y * 0xC2B2AE3D27D4EB4FL);
  }
}
