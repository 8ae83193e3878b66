package dev.framepack.weights;

import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** The JSON parser for headers and indexes: standard JSON only, with tight limits. */
final class StrictJson {
  private static final int MAX_DEPTH = 4;
  private static final int MAX_NUMBER_CHARS = 1000;
  private static final int MAX_STRING_CHARS = 1 << 22;
  private static final int MAX_NAME_CHARS = 4096;

  private StrictJson() {}

  static JsonParser parser(InputStream in) {
    JsonFactory factory =
        JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .maxStringLength(MAX_STRING_CHARS)
                    .maxNameLength(MAX_NAME_CHARS)
                    .build())
            .build();
    return factory.createParser(ObjectReadContext.empty(), in);
  }

  /** Where the parser stands, in bytes (in characters where the text is not ASCII). */
  static long offset(JsonParser json) {
    return offset(json.currentLocation());
  }

  private static long offset(TokenStreamLocation location) {
    return location.getByteOffset() >= 0 ? location.getByteOffset() : location.getCharOffset();
  }

  static String reason(JsonParser json, JacksonException e) {
    return "%s, at header byte %s"
        .formatted(MessageText.abbreviate(e.getOriginalMessage(), 150), offset(json));
  }

  /** The current token in words, for a message. */
  static String describe(JsonParser json) {
    return switch (json.currentToken()) {
      case null -> "nothing";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> MessageText.quote(json.getString(), 40);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> MessageText.abbreviate(json.getString(), 40);
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      default -> "misplaced punctuation";
    };
  }
}
