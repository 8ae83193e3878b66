package dev.framepack.engine.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.framepack.engine.Fuzz;
import dev.framepack.engine.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tokenizer folders are usable or refused by type, before native code sees them and by it. */
final class TokenizerFuzzTest {
  private static final int VOCABULARY = 300;
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final Path DEFINITION_FOLDER = folder();
  private static final Path VOCABULARY_FOLDER = folder();

  private static Path folder() {
    try {
      Path folder =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "fuzz")
              : Files.createTempDirectory("fuzz");
      folder.toFile().deleteOnExit();
      write(folder.resolve("tokenizer_config.json"), "{\"pad_token\":\"a\"}".getBytes(UTF_8));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, byte[] content) {
    try {
      Files.write(file, content);
      file.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Fuzz
  void definition(byte[] json) {
    write(DEFINITION_FOLDER.resolve("tokenizer.json"), json);
    open(DEFINITION_FOLDER);
  }

  /** Vocabulary, a line that is empty, merges. */
  @Fuzz
  void vocabularyAndMerges(byte[] content) {
    String text = new String(content, UTF_8);
    int cut = text.indexOf("\n\n");
    write(
        VOCABULARY_FOLDER.resolve("vocab.json"),
        text.substring(0, Math.max(cut, 0)).getBytes(UTF_8));
    write(
        VOCABULARY_FOLDER.resolve("merges.txt"), text.substring(Math.max(cut, 0)).getBytes(UTF_8));
    open(VOCABULARY_FOLDER);
  }

  private static void open(Path folder) {
    Refused.orDone(() -> {
      try (HfTokenizer tokenizer = HfTokenizer.open(folder, VOCABULARY)) {
        tokenizer.encode("a moving circle", 16);
      }
    });
  }
}
