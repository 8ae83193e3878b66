package dev.framepack.engine.model.hunyuan;

/**
 * Tokens of the condition stream, image before text.
 *
 * @param imageTokens image encoder positions
 * @param textTokens text positions the blocks see: the real ones at batch 1, all of the padded ones
 *     at a larger batch
 */
public record ConditionShape(int imageTokens, int textTokens) {

  public ConditionShape {
    if (imageTokens <= 0 || textTokens <= 0) {
      throw new IllegalArgumentException(
          "ConditionShape: needs image tokens and text tokens, found %s and %s"
              .formatted(imageTokens, textTokens));
    }
  }

  public int tokens() {
    return imageTokens + textTokens;
  }
}
