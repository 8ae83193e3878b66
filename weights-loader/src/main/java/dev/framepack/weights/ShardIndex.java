package dev.framepack.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A {@code *.safetensors.index.json}: which file of its folder holds which tensor.
 *
 * <p>Reading it opens nothing but the index itself; every file name is known to be a plain name
 * before anything is done with it.
 *
 * @param shardOf file name by tensor name, in the order of the index
 * @param totalSize {@code metadata.total_size} in bytes, if the index says it
 */
record ShardIndex(Map<String, String> shardOf, OptionalLong totalSize) {
  static final String SUFFIX = ".safetensors.index.json";
  private static final long MAX_INDEX_BYTES = 64L << 20;
  private static final int MAX_FILE_NAME_BYTES = 255;
  private static final Pattern DRIVE = Pattern.compile("^[A-Za-z]:.*", Pattern.DOTALL);

  ShardIndex {
    shardOf = Collections.unmodifiableMap(shardOf);
  }

  static ShardIndex read(Path file) {
    long bytes = MappedFiles.regularFile(file).size();
    if (bytes > MAX_INDEX_BYTES) {
      throw fault(WeightError.INDEX_JSON, file, bytes + " bytes, limit " + MAX_INDEX_BYTES);
    }
    try (InputStream in = Files.newInputStream(file);
        JsonParser json = StrictJson.parser(in)) {
      try {
        return new Reader(file, json).read();
      } catch (JacksonException e) {
        throw WeightException.in(WeightError.INDEX_JSON, file, StrictJson.reason(json, e), e);
      }
    } catch (JacksonException e) { // there is no parser: the encoding is none of JSON's
      throw WeightException.in(
          WeightError.INDEX_JSON, file, MessageText.abbreviate(e.getOriginalMessage(), 150), e);
    } catch (IOException e) {
      throw MappedFiles.unreadable(file, e);
    }
  }

  private static WeightException fault(WeightError error, Path file, String problem) {
    return WeightException.in(error, file, problem);
  }

  /** The state of one reading. */
  private static final class Reader {
    private final Path file;
    private final JsonParser json;
    private final Map<String, String> shardOf = new LinkedHashMap<>();
    private boolean mapSeen;
    private OptionalLong totalSize = OptionalLong.empty();

    Reader(Path file, JsonParser json) {
      this.file = file;
      this.json = json;
    }

    ShardIndex read() {
      requireObject("the index", json.nextToken());
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        switch (key) {
          case "weight_map" -> readWeightMap(value);
          case "metadata" -> readMetadata(value);
          default -> json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw fault(WeightError.INDEX_JSON, file, "text after the index object");
      }
      if (shardOf.isEmpty()) {
        throw fault(
            WeightError.INDEX_EMPTY, file, "weight_map is " + (mapSeen ? "empty" : "missing"));
      }
      return new ShardIndex(shardOf, totalSize);
    }

    private void requireObject(String what, JsonToken found) {
      if (found != JsonToken.START_OBJECT) {
        throw fault(
            WeightError.INDEX_JSON,
            file,
            what + " is " + StrictJson.describe(json) + ", expected an object");
      }
    }

    private void readWeightMap(JsonToken first) {
      requireObject("weight_map", first);
      if (mapSeen) {
        throw fault(WeightError.INDEX_DUPLICATE_KEY, file, "weight_map stands twice");
      }
      mapSeen = true;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String tensor = json.currentName();
        if (json.nextToken() != JsonToken.VALUE_STRING) {
          throw WeightException.inTensor(
              WeightError.INDEX_JSON,
              file,
              tensor,
              "its file is " + StrictJson.describe(json) + ", expected text");
        }
        if (shardOf.size() == SafetensorsHeaderParser.MAX_TENSORS) {
          throw fault(WeightError.INDEX_JSON, file, "more than " + shardOf.size() + " tensors");
        }
        String shard = plainName(tensor, json.getString());
        if (shardOf.put(tensor, shard) != null) {
          throw WeightException.inTensor(
              WeightError.INDEX_DUPLICATE_KEY, file, tensor, "stands twice in weight_map");
        }
      }
    }

    private String plainName(String tensor, String name) {
      boolean plain =
          name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))
              && !DRIVE.matcher(name).matches()
              && !name.startsWith(".")
              && name.endsWith(".safetensors")
              && name.getBytes(StandardCharsets.UTF_8).length <= MAX_FILE_NAME_BYTES;
      if (!plain) {
        throw WeightException.inTensor(
            WeightError.INDEX_PATH,
            file,
            tensor,
            "its file is %s, expected a plain *.safetensors name of at most %s bytes"
                .formatted(MessageText.quote(name, 60), MAX_FILE_NAME_BYTES));
      }
      return name;
    }

    private void readMetadata(JsonToken first) {
      if (first != JsonToken.START_OBJECT) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        if (key.equals("total_size") && value == JsonToken.VALUE_NUMBER_INT) {
          totalSize = OptionalLong.of(json.getLongValue());
        } else {
          json.skipChildren();
        }
      }
    }
  }
}
