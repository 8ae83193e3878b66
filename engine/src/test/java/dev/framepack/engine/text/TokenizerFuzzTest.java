package dev.framepack.engine.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.framepack.engine.Fuzz;
import dev.framepack.engine.FuzzFolder;
import dev.framepack.engine.Refused;
import java.nio.file.Path;

/** Tokenizer folders are usable or refused by type, before native code sees them and by it. */
final class TokenizerFuzzTest {
  private static final int VOCABULARY = 300;
  private static final FuzzFolder DEFINITION = folder();
  private static final FuzzFolder VOCABULARY_AND_MERGES = folder();

  private static FuzzFolder folder() {
    FuzzFolder folder = FuzzFolder.create();
    folder.write("tokenizer_config.json", "{\"pad_token\":\"a\"}".getBytes(UTF_8));
    return folder;
  }

  @Fuzz
  void definition(byte[] json) {
    DEFINITION.write("tokenizer.json", json);
    open(DEFINITION.path());
  }

  /** Vocabulary, a line that is empty, merges. */
  @Fuzz
  void vocabularyAndMerges(byte[] content) {
    String text = new String(content, UTF_8);
    int cut = text.indexOf("\n\n");
    VOCABULARY_AND_MERGES.write("vocab.json", text.substring(0, Math.max(cut, 0)).getBytes(UTF_8));
    VOCABULARY_AND_MERGES.write("merges.txt", text.substring(Math.max(cut, 0)).getBytes(UTF_8));
    open(VOCABULARY_AND_MERGES.path());
  }

  private static void open(Path folder) {
    Refused.orDone(() -> {
      try (HfTokenizer tokenizer = HfTokenizer.open(folder, VOCABULARY)) {
        tokenizer.encode("a moving circle", 16);
      }
    });
  }
}
