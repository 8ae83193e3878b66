package dev.framepack.engine.text;

import dev.framepack.engine.ModelFormatException;
import dev.framepack.engine.ModelMismatchException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What can be wrong with tokenizer files. */
enum TokenizerFault {
  TOKENIZER_MISSING("download the tokenizer"),
  TOKENIZER_SIZE("use the tokenizer of the published model"),
  TOKENIZER_JSON("download the tokenizer again"),
  TOKENIZER_FORMAT("download the tokenizer again"),
  TOKENIZER_UNSUPPORTED("use the tokenizer of the published model"),
  TOKENIZER_REGEX("use the tokenizer of the published model"),
  TOKENIZER_MERGE("download the tokenizer again"),
  TOKENIZER_DUPLICATE_ID("download the tokenizer again"),
  TOKENIZER_BYTE_TOKEN("download the tokenizer again"),
  TOKENIZER_VOCABULARY("use the tokenizer that belongs to the text encoder");

  private static final int MAX_QUOTED_CHARACTERS = 60;

  private final String remedy;

  TokenizerFault(String remedy) {
    this.remedy = remedy;
  }

  ModelFormatException in(Path file, String problem) {
    return in(file, problem, null);
  }

  ModelFormatException in(Path file, String problem, @Nullable Throwable cause) {
    return new ModelFormatException(name(), file + ": " + problem, remedy, cause);
  }

  ModelMismatchException mismatch(Path file, String problem) {
    return new ModelMismatchException(name(), file + ": " + problem, remedy, null);
  }

  /** Text from a file, short enough for a message. */
  static String quote(String text) {
    return text.length() <= MAX_QUOTED_CHARACTERS
        ? "\"" + text + "\""
        : "\"" + text.substring(0, MAX_QUOTED_CHARACTERS) + "...\"";
  }
}
