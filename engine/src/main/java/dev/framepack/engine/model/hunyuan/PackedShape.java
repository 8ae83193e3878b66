package dev.framepack.engine.model.hunyuan;

import java.util.Arrays;
import java.util.List;

/**
 * Sizes of one packed sequence {@code [context, coarsest kernel first | latents]}. Frames, height
 * and width count latent positions, before patching.
 *
 * @param batch samples evaluated together
 * @param latentFrames frames being denoised, W
 * @param context frames the model sees, in packed order
 */
public record PackedShape(
    int batch, int latentFrames, int latentHeight, int latentWidth, List<ContextShape> context) {

  public PackedShape {
    requirePositive("batch", batch);
    requirePositive("latentFrames", latentFrames);
    requirePositive("latentHeight", latentHeight);
    requirePositive("latentWidth", latentWidth);
    context = List.copyOf(context);
    if (context.isEmpty()) {
      throw new IllegalArgumentException("PackedShape: needs context frames, found none");
    }
  }

  /**
   * The packing of the released checkpoints: 16 frames at 4x, 2 at 2x, start and nearest frame
   * uncompressed.
   *
   * @param patch the full-resolution patch
   */
  public static PackedShape released(
      int latentFrames, int latentHeight, int latentWidth, PatchSize patch) {
    return new PackedShape(
        1,
        latentFrames,
        latentHeight,
        latentWidth,
        List.of(
            ContextShape.frames(16, patch.times(4)),
            ContextShape.frames(2, patch.times(2)),
            ContextShape.frames(2, patch)));
  }

  /** Tokens of the frames being denoised. */
  public int latentTokens(PatchSize patch) {
    return patch.tokens(latentFrames, latentHeight, latentWidth);
  }

  /** Tokens of one part of the context. */
  public int contextTokens(int part) {
    return context.get(part).tokens(latentHeight, latentWidth);
  }

  /** Tokens of the whole context. */
  public int historyTokens() {
    return context.stream().mapToInt(part -> part.tokens(latentHeight, latentWidth)).sum();
  }

  /** All tokens of the sequence. */
  public int packedTokens(PatchSize patch) {
    return historyTokens() + latentTokens(patch);
  }

  /** Where the frames being denoised lie in the sequence. */
  TokenRange latentRange(PatchSize patch) {
    return new TokenRange(historyTokens(), latentTokens(patch));
  }

  /** Tokens of every part of the context, then of every denoised frame. */
  public int[] groups(PatchSize patch) {
    int parts = context.size();
    int[] groups = new int[parts + latentFrames];
    for (int i = 0; i < parts; i++) {
      groups[i] = contextTokens(i);
    }
    Arrays.fill(groups, parts, groups.length, latentTokens(patch) / latentFrames);
    return groups;
  }

  /** Timesteps an evaluation has where each group has its own: the groups, then the condition. */
  public int timesteps() {
    return context.size() + latentFrames + 1;
  }

  private static void requirePositive(String size, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(
          "PackedShape: %s must be positive, found %s".formatted(size, value));
    }
  }
}
