package dev.framepack.engine.text;

/** Turns text into the ids a text encoder was trained with. Thread-safe. */
public interface Tokenizer extends AutoCloseable {

  /**
   * Tokenises with begin and end tokens, cut off on the right so that these fit, and padded on the
   * right.
   *
   * @param text any text without lone surrogates
   * @param maxTokens how many ids come back
   */
  Tokens encode(String text, int maxTokens);

  @Override
  void close();
}
