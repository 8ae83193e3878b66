package dev.framepack.engine.text;

import dev.framepack.engine.ModelMismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The instruction that HunyuanVideo's text encoder was prompted with (spec section 6).
 *
 * @param text the instruction with {@code {}} where the prompt goes
 * @param tokensBeforePrompt how many tokens stand before the prompt; their hidden states are
 *     dropped
 * @param maxPromptTokens how many tokens are kept after them
 */
public record PromptTemplate(String text, int tokensBeforePrompt, int maxPromptTokens) {
  private static final String PLACE = "{}";

  public PromptTemplate {
    if (!text.contains(PLACE)) {
      throw new IllegalArgumentException(
          "PromptTemplate: text must contain {} where the prompt goes");
    }
  }

  /** The published template: 95 tokens, then 256 for the prompt. */
  public static PromptTemplate hunyuanVideo() {
    try (InputStream resource =
        Objects.requireNonNull(
            PromptTemplate.class.getResourceAsStream("prompt_template.txt"),
            "resource prompt_template.txt")) {
      return new PromptTemplate(
          new String(resource.readAllBytes(), StandardCharsets.UTF_8), 95, 256);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The instruction with the prompt in its place. */
  public String apply(String prompt) {
    return text.replace(PLACE, prompt);
  }

  /** The length to truncate and pad to. */
  public int maxTokens() {
    return tokensBeforePrompt + maxPromptTokens;
  }

  /**
   * Tokenises a prompt inside the template.
   *
   * @throws ModelMismatchException {@code TOKENIZER_TEMPLATE} when nothing is left after {@code
   *     tokensBeforePrompt}: the tokenizer is not the one the template was counted with
   */
  public Tokens encode(Tokenizer tokenizer, String prompt) {
    Tokens tokens = tokenizer.encode(apply(prompt), maxTokens());
    if (tokens.length() <= tokensBeforePrompt) {
      throw new ModelMismatchException(
          "TOKENIZER_TEMPLATE",
          "template and prompt have %s tokens, expected more than %s"
              .formatted(tokens.length(), tokensBeforePrompt),
          "use the tokenizer of the published model",
          null);
    }
    return tokens;
  }
}
