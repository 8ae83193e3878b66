package dev.framepack.engine.timeline;

import org.jspecify.annotations.Nullable;

/**
 * The prompt of a section, or two whose embeddings are mixed.
 *
 * @param prompt what happens
 * @param before the prompt of the sections before, which is being left; null when nothing is mixed
 * @param share of {@code prompt}, 1 when nothing is mixed
 */
public record PromptMix(String prompt, @Nullable String before, double share) {

  /** One prompt alone. */
  public static PromptMix of(String prompt) {
    return new PromptMix(prompt, null, 1);
  }
}
