package dev.framepack.engine.image;

/**
 * Makes the SigLIP encoder's input (specification section 6): Pillow bicubic on bytes to the
 * processor's size, aspect not kept, then (u / 255 - 0.5) / 0.5.
 *
 * @param size the processor's size, 384x384 in the released model
 * @param bytes what is done to the bytes before
 */
public record SiglipPreprocessor(ImageSize size, BytePath bytes) {

  private static final double RESCALE = 1.0 / 255.0;
  private static final float MEAN = 0.5f;
  private static final float STANDARD_DEVIATION = 0.5f;

  /** The two ways the reference hands the 8-bit image to the processor. */
  public enum BytePath {
    /** Profile {@code framepack}: the bytes as they are. */
    AS_IS,
    /**
     * Profile {@code diffusers}: to [-1, 1], to [0, 1] and back in float32, cut off, which takes 1
     * from 1..63.
     */
    ROUND_TRIP
  }

  /** The byte {@code trunc(255 z)}, z = (x + 1) / 2, x = 2 (u / 255) - 1, all in float32. */
  static int roundTrip(int u) {
    float x = 2f * (u / 255f) - 1f;
    float z = (x + 1f) / 2f;
    return (int) (255f * z);
  }

  /** Pixels [1, 3, H, W], row-major, about -1 to 1. */
  public float[] pixels(Rgb8Image image) {
    Rgb8Image source = bytes == BytePath.ROUND_TRIP ? roundTrip(image) : image;
    Rgb8Image resized =
        PillowResize.resize(source, size.width(), size.height(), PillowResize.Filter.BICUBIC);
    return Planes.of(
        resized, u -> ((float) (u * RESCALE) - MEAN) / STANDARD_DEVIATION); // [1, 3, H, W]
  }

  private static Rgb8Image roundTrip(Rgb8Image image) {
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) roundTrip(rgb[i] & 0xFF);
    }
    return Rgb8Image.wrap(image.width(), image.height(), rgb);
  }
}
