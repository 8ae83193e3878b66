package dev.framepack.engine.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.ModelFormatException;
import java.nio.file.Path;
import java.util.Arrays;

/** A tokenizer of the Hugging Face layout: {@code tokenizer.json}, or vocabulary and merges. */
public final class HfTokenizer implements Tokenizer {
  private static final String TRUNCATE = "LONGEST_FIRST";

  private final TokenizersLibrary library;
  private final int padTokenId;
  private long handle;

  private HfTokenizer(TokenizersLibrary library, long handle, int padTokenId) {
    this.library = library;
    this.handle = handle;
    this.padTokenId = padTokenId;
  }

  /**
   * Opens a tokenizer folder. Everything in it is checked before the native library sees it.
   *
   * @param vocabSize how many ids the text encoder's embedding has
   * @throws ModelFormatException {@code TOKENIZER_*}, naming the file and what is wrong
   * @throws dev.framepack.engine.ModelMismatchException {@code TOKENIZER_VOCABULARY} when an id
   *     does not fit the text encoder
   * @throws dev.framepack.engine.NativeLoadException when the native library cannot be loaded
   */
  public static HfTokenizer open(Path folder, int vocabSize) {
    TokenizerFolder files = TokenizerFolder.read(folder, vocabSize);
    TokenizersLibrary library = NativeTokenizers.library();
    long handle;
    try {
      handle = library.createTokenizerFromString(files.json());
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          "TOKENIZER_FORMAT", folder + ": " + e.getMessage(), "download the tokenizer again", e);
    }
    library.disablePadding(handle);
    return new HfTokenizer(library, handle, files.padTokenId());
  }

  @Override
  public synchronized Tokens encode(String text, int maxTokens) {
    if (handle == 0) {
      throw new IllegalStateException("HfTokenizer: used after close");
    }
    requireWellFormed(text);
    library.setTruncation(handle, maxTokens, TRUNCATE, 0);
    long encoding = library.encode(handle, text, true);
    try {
      long[] found = library.getTokenIds(encoding);
      int length = Math.min(found.length, maxTokens);
      int[] ids = new int[maxTokens];
      Arrays.fill(ids, padTokenId);
      for (int i = 0; i < length; i++) {
        ids[i] = Math.toIntExact(found[i]);
      }
      return new Tokens(ids, length);
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  @Override
  public synchronized void close() {
    if (handle != 0) {
      library.deleteTokenizer(handle);
      handle = 0;
    }
  }

  private static void requireWellFormed(String text) {
    int lone =
        text.codePoints()
            .filter(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
            .findFirst()
            .orElse(-1);
    if (lone >= 0) {
      throw new InvalidRequestException(
          "PROMPT_UNICODE",
          "a text to tokenise contains the lone surrogate U+%04X, expected well-formed Unicode"
              .formatted(lone),
          "remove the character",
          null);
    }
  }
}
