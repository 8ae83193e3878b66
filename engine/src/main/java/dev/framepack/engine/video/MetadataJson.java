package dev.framepack.engine.video;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Metadata as JSON in plain ASCII, so that no player, shell or locale can change it. */
final class MetadataJson {

  private static final JsonMapper COMPACT =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final JsonMapper INDENTED =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private MetadataJson() {}

  static String oneLine(Map<String, ?> metadata) {
    return COMPACT.writeValueAsString(metadata);
  }

  static byte[] document(Map<String, ?> metadata) {
    return (INDENTED.writeValueAsString(metadata) + "\n").getBytes(StandardCharsets.US_ASCII);
  }
}
