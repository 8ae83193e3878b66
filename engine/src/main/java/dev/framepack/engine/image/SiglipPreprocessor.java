package dev.framepack.engine.image;

import dev.framepack.weights.config.PreprocessorConfig;

/**
 * Makes the SigLIP encoder's input (specification section 6): Pillow bicubic on bytes to the
 * processor's size, aspect not kept, then (u rescaleFactor - mean) / std of each channel.
 *
 * @param config size, rescale factor, mean and standard deviation; 384x384, 1/255, 0.5 and 0.5 in
 *     the released model
 * @param bytes what is done to the bytes before
 */
public record SiglipPreprocessor(PreprocessorConfig config, BytePath bytes) {

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
        PillowResize.resize(source, config.width(), config.height(), PillowResize.Filter.BICUBIC);
    return Planes.of(resized, this::normalised); // [1, 3, H, W]
  }

  private float normalised(int channel, int u) {
    float mean = config.imageMean().get(channel).floatValue();
    float deviation = config.imageStd().get(channel).floatValue();
    return ((float) (u * config.rescaleFactor()) - mean) / deviation;
  }

  private static Rgb8Image roundTrip(Rgb8Image image) {
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) roundTrip(rgb[i] & 0xFF);
    }
    return Rgb8Image.wrap(image.width(), image.height(), rgb);
  }
}
