package dev.framepack.bench.device;

/**
 * The sizes a row is measured at.
 *
 * @param tokens of joint attention
 * @param textTokens of the text encoder and the refiner
 * @param imageTokens of the image encoder
 * @param heads of the transformer; its width is heads x headDim
 * @param frames latent frames the decoder sees at once
 * @param latentHeight rows of a latent frame
 * @param latentWidth columns of a latent frame
 * @param channels of the VAE at full resolution; four times as many inside
 */
public record BenchScale(
    String name,
    int tokens,
    int textTokens,
    int imageTokens,
    int heads,
    int headDim,
    int frames,
    int latentHeight,
    int latentWidth,
    int channels) {

  /** The published model at 640x608: 17,500 image tokens and 793 of text. */
  public static final BenchScale FULL =
      new BenchScale("full", 18_293, 351, 729, 24, 128, 5, 80, 76, 128);

  /** A model in the range of the built-in one; odd sizes, so that every tail is met. */
  public static final BenchScale SMALL = new BenchScale("small", 293, 45, 65, 4, 32, 3, 8, 9, 8);

  /** Width of the transformer. */
  int width() {
    return heads * headDim;
  }

  /** Width of its feed-forward layers. */
  int hidden() {
    return 4 * width();
  }
}
