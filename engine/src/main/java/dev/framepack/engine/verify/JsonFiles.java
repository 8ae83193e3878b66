package dev.framepack.engine.verify;

import dev.framepack.engine.ModelFormatException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON files beside the tensors. */
final class JsonFiles {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private JsonFiles() {}

  static JsonNode read(Path file) {
    try {
      return MAPPER.readTree(file);
    } catch (JacksonException e) {
      throw new ModelFormatException(
          "VERIFY_JSON", file + ": " + e.getOriginalMessage(), "restore the file", e);
    }
  }
}
