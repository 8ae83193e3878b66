package dev.framepack.engine.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A checked tokenizer folder.
 *
 * @param json the definition for the native library
 * @param padTokenId id that fills up a text
 */
record TokenizerFolder(String json, int padTokenId) {
  /** The largest published one, Llama 3's, has 17 MB. */
  private static final long MAX_FILE_BYTES = 64L << 20;

  private static final int MAX_JSON_DEPTH = 32;
  private static final int MAX_TOKEN_CHARACTERS = 1 << 16;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_JSON_DEPTH)
                          .maxStringLength(MAX_TOKEN_CHARACTERS)
                          .maxNameLength(MAX_TOKEN_CHARACTERS)
                          .build())
                  .build())
          .build();

  /** Reads {@code tokenizer.json}, else {@code vocab.json} with {@code merges.txt}. */
  static TokenizerFolder read(Path folder, int vocabSize) {
    Path definition = folder.resolve("tokenizer.json");
    JsonNode root;
    if (Files.exists(definition)) {
      root = parse(definition);
    } else if (Files.exists(folder.resolve("vocab.json"))) {
      definition = folder.resolve("vocab.json");
      root = ClipTokenizerDefinition.of(parse(definition), lines(folder.resolve("merges.txt")));
    } else {
      throw TokenizerFault.TOKENIZER_MISSING.in(
          folder, "found neither tokenizer.json nor vocab.json with merges.txt");
    }
    TokenizerCheck check = new TokenizerCheck(definition, vocabSize);
    check.check(root);
    return new TokenizerFolder(JSON.writeValueAsString(root), padTokenId(folder, check));
  }

  private static int padTokenId(Path folder, TokenizerCheck check) {
    for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        String token = padToken(parse(file));
        if (token != null) {
          return check.idOf(token, file);
        }
      }
    }
    throw TokenizerFault.TOKENIZER_FORMAT.in(
        folder, "no pad_token in tokenizer_config.json or special_tokens_map.json");
  }

  private static @Nullable String padToken(JsonNode config) {
    JsonNode token = config.path("pad_token");
    JsonNode content = token.isObject() ? token.path("content") : token;
    return content.isString() ? content.asString() : null;
  }

  private static JsonNode parse(Path file) {
    try {
      return JSON.readTree(bytes(file));
    } catch (JacksonException e) {
      throw TokenizerFault.TOKENIZER_JSON.in(file, e.getOriginalMessage(), e);
    }
  }

  private static List<String> lines(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] bytes(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw TokenizerFault.TOKENIZER_SIZE.in(
            file, "has %s bytes, expected at most %s".formatted(size, MAX_FILE_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw TokenizerFault.TOKENIZER_MISSING.in(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}
