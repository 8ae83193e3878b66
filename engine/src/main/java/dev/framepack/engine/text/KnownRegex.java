package dev.framepack.engine.text;

import java.util.stream.Stream;

/**
 * The patterns that published tokenizers split text with. A file with any other one is refused: a
 * pattern can be written so that matching takes exponential time.
 */
enum KnownRegex {
  WHITESPACE("\\s+"),

  GPT_2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),

  LLAMA_3(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),

  CLIP("'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"),

  CLIP_WITH_SPECIAL_TOKENS("<\\|startoftext\\|>|<\\|endoftext\\|>|" + CLIP.pattern);

  private final String pattern;

  KnownRegex(String pattern) {
    this.pattern = pattern;
  }

  String pattern() {
    return pattern;
  }

  static boolean contains(String pattern) {
    return Stream.of(values()).anyMatch(known -> known.pattern.equals(pattern));
  }
}
