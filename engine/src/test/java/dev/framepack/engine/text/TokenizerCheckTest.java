package dev.framepack.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.framepack.engine.FramePackException;
import dev.framepack.engine.GoldenTensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Hostile and damaged tokenizer files. */
final class TokenizerCheckTest {
  private static final Path GOOD = GoldenTensors.ROOT.resolve("pipeline/checkpoint/tokenizer_2");
  private static final int VOCABULARY = 639;

  @TempDir private Path folder;
  private String definition = "";

  @BeforeEach
  void copyGoodTokenizer() throws IOException {
    definition = Files.readString(GOOD.resolve("tokenizer.json"));
    Files.writeString(folder.resolve("tokenizer.json"), definition);
    Files.copy(GOOD.resolve("tokenizer_config.json"), folder.resolve("tokenizer_config.json"));
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        Arguments.of("TOKENIZER_REGEX", "\"\\\\s+\"", "\"(a+)+$\""),
        Arguments.of("TOKENIZER_UNSUPPORTED", "\"type\": \"Lowercase\"", "\"type\": \"Nmt\""),
        Arguments.of("TOKENIZER_UNSUPPORTED", "\"type\": \"ByteLevel\"", "\"type\": \"Metaspace\""),
        Arguments.of("TOKENIZER_UNSUPPORTED", "\"type\": \"BPE\"", "\"type\": \"Unigram\""),
        Arguments.of("TOKENIZER_UNSUPPORTED", "\"dropout\": null", "\"dropout\": 0.5"),
        Arguments.of("TOKENIZER_VOCABULARY", "\"!\": 0,", "\"!\": 639,"),
        Arguments.of("TOKENIZER_VOCABULARY", "\"!\": 0,", "\"!\": -1,"),
        Arguments.of("TOKENIZER_VOCABULARY", "\"!\": 0,", "\"!\": \"0\","),
        Arguments.of("TOKENIZER_VOCABULARY", "\"!\": 0,", "\"!\": 99999999999,"),
        Arguments.of("TOKENIZER_DUPLICATE_ID", "\"!\": 0,", "\"!\": 1,"),
        Arguments.of("TOKENIZER_JSON", "\"!\": 0,", "\"!\": 0, \"!\": 0,"),
        Arguments.of("TOKENIZER_JSON", "\"version\"", "version"),
        Arguments.of("TOKENIZER_JSON", "\"version\"", "\"x\": " + "[".repeat(5000) + ", \"v\""));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void damagedDefinitionsAreRefused(String code, String good, String bad) throws IOException {
    assertThat(definition).contains(good);
    Files.writeString(folder.resolve("tokenizer.json"), definition.replace(good, bad));
    requireRefused(code);
  }

  @Test
  void aMergeOfUnknownTokensIsRefused() throws IOException {
    String merges = definition.substring(definition.indexOf("\"merges\""));
    String first = merges.substring(merges.indexOf('[') + 1);
    Files.writeString(
        folder.resolve("tokenizer.json"),
        definition.replace(first, "[\"no such token\", \"e\"], " + first));
    requireRefused("TOKENIZER_MERGE");
  }

  @Test
  void aMalformedByteTokenIsRefused() throws IOException {
    for (String token : new String[] {"<0x-1>", "<0xZZ>"}) {
      Files.writeString(
          folder.resolve("tokenizer.json"),
          definition
              .replace("\"!\": 0,", "\"" + token + "\": 0,")
              .replace("\"byte_fallback\": false", "\"byte_fallback\": true"));
      requireRefused("TOKENIZER_BYTE_TOKEN");
    }
  }

  @Test
  void aHugeFileIsRefusedBeforeItIsRead() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("tokenizer.json").toFile(), "rw")) {
      file.setLength(1L << 30);
    }
    requireRefused("TOKENIZER_SIZE");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    requireRefused("TOKENIZER_MISSING");
    Files.copy(GOOD.resolve("vocab.json"), folder.resolve("vocab.json"));
    requireRefused("TOKENIZER_MISSING");
  }

  @Test
  void aPaddingTokenOutsideTheVocabularyIsRefused() throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"pad_token\": \"<nothing>\"}");
    requireRefused("TOKENIZER_FORMAT");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
    requireRefused("TOKENIZER_FORMAT");
    Files.writeString(
        folder.resolve("special_tokens_map.json"),
        "{\"pad_token\": {\"content\": \"<|endoftext|>\"}}");
    try (HfTokenizer tokenizer = HfTokenizer.open(folder, VOCABULARY)) {
      assertThat(tokenizer.encode("a", 8).ids()).endsWith(638, 638);
    }
  }

  private void requireRefused(String code) {
    FramePackException refused =
        catchThrowableOfType(
            FramePackException.class, () -> HfTokenizer.open(folder, VOCABULARY).close());
    assertThat(refused).as(code).isNotNull();
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.getMessage()).contains(folder.toString()).doesNotContain("\n");
  }
}
