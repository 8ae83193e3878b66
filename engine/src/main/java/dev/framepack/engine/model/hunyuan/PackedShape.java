package dev.framepack.engine.model.hunyuan;

/**
 * Sizes of one packed sequence {@code [4x history | 2x history | clean | latents]}. Frames, height
 * and width count latent positions, before patching.
 *
 * @param batch samples evaluated together
 * @param latentFrames frames being denoised, W
 * @param cleanFrames uncompressed context frames
 * @param history2xFrames frames compressed by 2 on every axis
 * @param history4xFrames frames compressed by 4 on every axis
 */
public record PackedShape(
    int batch,
    int latentFrames,
    int latentHeight,
    int latentWidth,
    int cleanFrames,
    int history2xFrames,
    int history4xFrames) {

  public PackedShape {
    requirePositive("batch", batch);
    requirePositive("latentFrames", latentFrames);
    requirePositive("latentHeight", latentHeight);
    requirePositive("latentWidth", latentWidth);
    requirePositive("cleanFrames", cleanFrames);
    requirePositive("history2xFrames", history2xFrames);
    requirePositive("history4xFrames", history4xFrames);
  }

  /** Tokens of the frames being denoised. */
  public int latentTokens(PatchSize patch) {
    return patch.tokens(latentFrames, latentHeight, latentWidth);
  }

  /** Tokens of the clean frames and both histories. */
  public int historyTokens(PatchSize patch) {
    return patch.tokens(cleanFrames, latentHeight, latentWidth)
        + patch.times(2).tokens(history2xFrames, latentHeight, latentWidth)
        + patch.times(4).tokens(history4xFrames, latentHeight, latentWidth);
  }

  /** All tokens of the sequence. */
  public int packedTokens(PatchSize patch) {
    return historyTokens(patch) + latentTokens(patch);
  }

  /** Where the frames being denoised lie in the sequence. */
  TokenRange latentRange(PatchSize patch) {
    return new TokenRange(historyTokens(patch), latentTokens(patch));
  }

  private static void requirePositive(String size, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(
          "PackedShape: %s must be positive, found %d".formatted(size, value));
    }
  }
}
