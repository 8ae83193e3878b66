package dev.framepack.engine.pipeline;

import java.util.Arrays;

/**
 * One prompt as the text encoders see it.
 *
 * @param tokens real text tokens T
 * @param text {@code [T, textWidth]}, first encoder's hidden states
 * @param pooled {@code [pooledWidth]}, second encoder's pooled output
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of values, never compared
public record PromptConditioning(int tokens, float[] text, float[] pooled) {

  /**
   * {@code (1 - share) this + share next}, the shorter one followed by zeros, as prompts are padded
   * in the reference; all tokens of the longer one are real.
   */
  PromptConditioning towards(PromptConditioning next, double share) {
    return new PromptConditioning(
        Math.max(tokens, next.tokens),
        mix(text, next.text, share),
        mix(pooled, next.pooled, share));
  }

  private static float[] mix(float[] from, float[] to, double share) {
    float[] mixed = Arrays.copyOf(from, Math.max(from.length, to.length));
    float toShare = (float) share;
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = (1 - toShare) * mixed[i] + (i < to.length ? toShare * to[i] : 0);
    }
    return mixed;
  }
}
