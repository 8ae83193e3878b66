package dev.framepack.weights;

import dev.framepack.weights.FileHeader.Entry;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;

/** Reads the header JSON token by token; nothing is kept that the limits do not bound. */
final class SafetensorsHeaderParser {
  static final int MAX_TENSORS = 100_000;
  static final int MAX_NAME_BYTES = 1024;
  static final int MAX_RANK = 8;
  private static final int MAX_METADATA_CHARS = 1 << 24;
  private static final String METADATA = "__metadata__";
  private static final System.Logger LOG =
      System.getLogger(SafetensorsHeaderParser.class.getName());

  record Result(List<Entry> entries, Map<String, String> metadata) {}

  private final Path file;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private long metadataChars;
  private long unknownFields;

  SafetensorsHeaderParser(Path file) {
    this.file = file;
  }

  Result parse(InputStream header) {
    try (JsonParser json = StrictJson.parser(header)) {
      try {
        readTop(json);
      } catch (StreamConstraintsException e) {
        throw WeightException.in(WeightError.ST_HEADER_LIMIT, file, StrictJson.reason(json, e), e);
      } catch (JacksonException e) {
        throw WeightException.in(WeightError.ST_HEADER_JSON, file, StrictJson.reason(json, e), e);
      }
    }
    if (unknownFields > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}: {1} unknown fields in tensor entries were ignored",
          MessageText.escape(file.toString()),
          Long.toString(unknownFields));
    }
    return new Result(entries, metadata);
  }

  private void readTop(JsonParser json) {
    require(json, json.nextToken(), JsonToken.START_OBJECT, "an object");
    Set<String> seen = new HashSet<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = checkName(json, json.currentName());
      if (!seen.add(name)) {
        throw WeightException.inTensor(
            WeightError.ST_DUPLICATE_KEY, file, name, "named twice in the header");
      }
      json.nextToken();
      if (name.equals(METADATA)) {
        readMetadata(json);
      } else {
        readTensor(json, name);
      }
    }
    if (json.nextToken() != null) {
      throw HeaderText.json(file, "text after the header object", StrictJson.offset(json));
    }
  }

  private String checkName(JsonParser json, String name) {
    if (name.isEmpty()) {
      throw WeightException.in(WeightError.ST_TENSOR_NAME, file, "a tensor has an empty name");
    }
    requireWellFormed(json, name);
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_NAME_BYTES) {
      throw WeightException.inTensor(
          WeightError.ST_HEADER_LIMIT,
          file,
          name,
          "the name has %s bytes, limit %s".formatted(bytes, MAX_NAME_BYTES));
    }
    return name;
  }

  /** An escape may spell half a surrogate pair, which is no text. */
  private void requireWellFormed(JsonParser json, String text) {
    boolean broken = text.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF);
    if (broken) {
      throw HeaderText.json(file, "an unpaired surrogate escape", StrictJson.offset(json));
    }
  }

  private void readMetadata(JsonParser json) {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw metadataFault("__metadata__ is " + StrictJson.describe(json) + ", expected an object");
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      requireWellFormed(json, key);
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw metadataFault(
            "value of %s is %s, expected text"
                .formatted(MessageText.quote(key, 60), StrictJson.describe(json)));
      }
      String value = json.getString();
      requireWellFormed(json, value);
      metadataChars += key.length() + (long) value.length();
      if (metadataChars > MAX_METADATA_CHARS) {
        throw WeightException.in(
            WeightError.ST_HEADER_LIMIT,
            file,
            "__metadata__ has more than " + MAX_METADATA_CHARS + " characters");
      }
      if (metadata.put(key, value) != null) {
        throw WeightException.in(
            WeightError.ST_DUPLICATE_KEY,
            file,
            "__metadata__ names " + MessageText.quote(key, 60) + " twice");
      }
    }
  }

  private WeightException metadataFault(String problem) {
    return WeightException.in(WeightError.ST_METADATA, file, problem);
  }

  private void readTensor(JsonParser json, String name) {
    require(json, json.currentToken(), JsonToken.START_OBJECT, "an object");
    if (entries.size() == MAX_TENSORS) {
      throw WeightException.in(
          WeightError.ST_HEADER_LIMIT, file, "more than " + MAX_TENSORS + " tensors");
    }
    StorageType type = null;
    long[] shape = null;
    long[] offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> {
          requireFirst(type, name, field);
          type = readType(json, name);
        }
        case "shape" -> {
          requireFirst(shape, name, field);
          shape = readWhole(json, name, "shape", WeightError.ST_SHAPE, MAX_RANK);
        }
        case "data_offsets" -> {
          requireFirst(offsets, name, field);
          offsets = readWhole(json, name, "data_offsets", WeightError.ST_OFFSETS, 2);
        }
        default -> {
          unknownFields++;
          requireWellFormed(json, field);
          skipValue(json);
        }
      }
    }
    entries.add(entry(name, type, shape, offsets));
  }

  /** Passes over a value nobody needs, which still must be valid text. */
  private void skipValue(JsonParser json) {
    int depth = 0;
    do {
      switch (json.currentToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case PROPERTY_NAME -> requireWellFormed(json, json.currentName());
        case VALUE_STRING -> requireWellFormed(json, json.getString());
        default -> {}
      }
    } while (depth > 0 && json.nextToken() != null);
  }

  private Entry entry(
      String name, @Nullable StorageType type, long @Nullable [] shape, long @Nullable [] offsets) {
    if (type == null) {
      throw WeightException.inTensor(
          WeightError.ST_DTYPE, file, name, "dtype is missing, expected one of " + types());
    }
    if (shape == null) {
      throw WeightException.inTensor(WeightError.ST_SHAPE, file, name, "shape is missing");
    }
    if (offsets == null || offsets.length != 2) {
      throw WeightException.inTensor(
          WeightError.ST_OFFSETS,
          file,
          name,
          "data_offsets %s, expected [begin, end]"
              .formatted(offsets == null ? "missing" : Arrays.toString(offsets)));
    }
    try {
      Math.multiplyExact(TensorInfo.elements(shape), type.bits());
    } catch (ArithmeticException e) {
      throw overflow(name, "shape " + Arrays.toString(shape) + " of " + type);
    }
    return new Entry(new TensorInfo(name, type, shape), offsets[0], offsets[1]);
  }

  private void requireFirst(@Nullable Object value, String name, String field) {
    if (value != null) {
      throw WeightException.inTensor(
          WeightError.ST_DUPLICATE_KEY, file, name, "field " + field + " stands twice");
    }
  }

  private StorageType readType(JsonParser json, String name) {
    StorageType type =
        json.currentToken() == JsonToken.VALUE_STRING ? StorageType.byName(json.getString()) : null;
    if (type == null) {
      throw WeightException.inTensor(
          WeightError.ST_DTYPE,
          file,
          name,
          "dtype is %s, expected one of %s".formatted(StrictJson.describe(json), types()));
    }
    return type;
  }

  private static String types() {
    return String.join(
        " ",
        Arrays.stream(StorageType.values())
            .filter(type -> !type.isQuantised())
            .map(Enum::name)
            .toList());
  }

  /** An array of whole numbers from 0 to 2^63-1, at most {@code limit} of them. */
  private long[] readWhole(
      JsonParser json, String name, String field, WeightError error, int limit) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw WeightException.inTensor(
          error, file, name, field + " is " + StrictJson.describe(json) + ", expected an array");
    }
    long[] values = new long[limit];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (count == limit) {
        WeightError code = error == WeightError.ST_SHAPE ? WeightError.ST_HEADER_LIMIT : error;
        throw WeightException.inTensor(
            code, file, name, field + " has more than " + limit + " numbers");
      }
      values[count++] = whole(json, name, field, error);
    }
    return Arrays.copyOf(values, count);
  }

  private long whole(JsonParser json, String name, String field, WeightError error) {
    boolean integer = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
    if (!integer || json.getString().startsWith("-")) {
      throw WeightException.inTensor(
          error,
          file,
          name,
          "%s holds %s, expected whole numbers from 0".formatted(field, StrictJson.describe(json)));
    }
    try {
      return Long.parseLong(json.getString());
    } catch (NumberFormatException e) {
      if (error == WeightError.ST_SHAPE) {
        throw overflow(name, "dimension " + MessageText.abbreviate(json.getString(), 40));
      }
      throw WeightException.inTensor(
          error,
          file,
          name,
          "%s holds %s, limit 2^63-1".formatted(field, StrictJson.describe(json)));
    }
  }

  private WeightException overflow(String name, String what) {
    return WeightException.inTensor(
        WeightError.ST_OVERFLOW, file, name, what + " overflows 64 bits");
  }

  private void require(
      JsonParser json, @Nullable JsonToken found, JsonToken expected, String words) {
    if (found != expected) {
      throw HeaderText.json(
          file,
          "found %s, expected %s".formatted(StrictJson.describe(json), words),
          StrictJson.offset(json));
    }
  }
}
