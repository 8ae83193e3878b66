package dev.framepack.engine.json;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Objects as text and back. Text is plain ASCII, so that no player, shell or locale can change it;
 * reading takes standard JSON only, every name once, with tight limits.
 */
public final class Json {
  /** Most bytes of a document that is read. */
  public static final int MAX_BYTES = 16 << 20;

  private static final int MAX_DEPTH = 12;
  private static final int MAX_NAME_CHARACTERS = 1024;
  private static final int MAX_NUMBER_CHARACTERS = 100;

  private static final JsonMapper COMPACT =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final JsonMapper INDENTED =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();
  private static final JsonMapper STRICT =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNameLength(MAX_NAME_CHARACTERS)
                          .maxNumberLength(MAX_NUMBER_CHARACTERS)
                          .maxStringLength(MAX_BYTES)
                          .maxDocumentLength(MAX_BYTES)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final TypeReference<LinkedHashMap<String, Object>> OBJECT =
      new TypeReference<>() {};

  private Json() {}

  /** An object on one line. */
  public static String oneLine(Map<String, ?> object) {
    return COMPACT.writeValueAsString(object);
  }

  /** An object as an indented document that ends in a line feed. */
  public static byte[] document(Map<String, ?> object) {
    return (INDENTED.writeValueAsString(object) + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads one object; values are strings, numbers, booleans, nulls, lists and maps in the order of
   * the text.
   *
   * @throws MalformedJsonException saying what is wrong and where
   */
  static Map<String, Object> parse(byte[] text) throws MalformedJsonException {
    if (text.length > MAX_BYTES) {
      throw new MalformedJsonException(
          "expected at most %s bytes of JSON, found %s".formatted(MAX_BYTES, text.length));
    }
    try {
      Map<String, Object> object = STRICT.readValue(text, OBJECT);
      if (object == null) {
        throw new MalformedJsonException("expected a JSON object, found null");
      }
      return object;
    } catch (JacksonException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " in line %s, column %s"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new MalformedJsonException(
          "expected a JSON object, found: " + firstLine(e.getOriginalMessage()) + where);
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
