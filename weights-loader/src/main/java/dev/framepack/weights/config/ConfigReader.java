package dev.framepack.weights.config;

import dev.framepack.weights.MessageText;
import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON object of a configuration file, read field by field. A missing or null field takes its
 * default; a field of the wrong type, out of range or with an unsupported value is an error that
 * names it; a field nobody asked for is a warning.
 */
final class ConfigReader {
  private static final long MAX_FILE_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_FOUND_CHARS = 60;
  private static final System.Logger LOG = System.getLogger(ConfigReader.class.getName());

  private final Path file;
  private final String prefix;
  private final JsonNode object;
  private final Set<String> known = new HashSet<>();

  private ConfigReader(Path file, String prefix, JsonNode object) {
    this.file = file;
    this.prefix = prefix;
    this.object = object;
  }

  /** Reads {@code fileName} of a folder, or the file itself when the path is one. */
  static ConfigReader read(Path folderOrFile, String fileName) {
    Path file = Files.isDirectory(folderOrFile) ? folderOrFile.resolve(fileName) : folderOrFile;
    byte[] text = readBytes(file);
    JsonMapper mapper =
        JsonMapper.builder(
                JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    JsonNode root;
    try {
      root = mapper.readTree(text);
    } catch (JacksonException e) {
      throw WeightException.in(
          WeightError.CONFIG_JSON, file, "not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.isObject()) {
      throw WeightException.in(WeightError.CONFIG_JSON, file, "expected a JSON object");
    }
    return new ConfigReader(file, "", root);
  }

  private static byte[] readBytes(Path file) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw WeightException.in(WeightError.CONFIG_MISSING, file, "is not a regular file");
      }
      long bytes = Files.size(file);
      if (bytes > MAX_FILE_BYTES) {
        throw WeightException.in(
            WeightError.CONFIG_JSON, file, bytes + " bytes, limit " + MAX_FILE_BYTES);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw WeightException.in(WeightError.CONFIG_MISSING, file, "does not exist", e);
    } catch (IOException e) {
      throw WeightException.in(
          WeightError.CONFIG_MISSING, file, "cannot be read: " + e.getMessage(), e);
    }
  }

  Path file() {
    return file;
  }

  boolean has(String field) {
    return value(field) != null;
  }

  /** A nested object, or null when the field is missing or null. */
  @Nullable ConfigReader object(String field) {
    JsonNode value = value(field);
    if (value == null) {
      return null;
    }
    if (!value.isObject()) {
      throw wrongType(field, value, "an object");
    }
    return new ConfigReader(file, prefix + field + ".", value);
  }

  int integer(String field, int defaultValue, int min, int max) {
    JsonNode value = value(field);
    return value == null ? defaultValue : integer(field, value, min, max);
  }

  private int integer(String field, JsonNode value, int min, int max) {
    String range = "a whole number from %s to %s".formatted(min, max);
    if (!value.isIntegralNumber()) {
      throw wrongType(field, value, range);
    }
    if (!value.canConvertToInt() || value.intValue() < min || value.intValue() > max) {
      throw fault(WeightError.CONFIG_RANGE, field, value, range);
    }
    return value.intValue();
  }

  /** A list of whole numbers, {@code minSize} to {@code maxSize} of them. */
  List<Integer> integers(
      String field, List<Integer> defaultValue, int minSize, int maxSize, int min, int max) {
    JsonNode value = value(field);
    if (value == null) {
      return defaultValue;
    }
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode item : items(field, value, minSize, maxSize)) {
      numbers.add(integer(field + "[" + numbers.size() + "]", item, min, max));
    }
    return List.copyOf(numbers);
  }

  double number(String field, double defaultValue, double min, double max) {
    JsonNode value = value(field);
    return value == null ? defaultValue : number(field, value, min, max);
  }

  private double number(String field, JsonNode value, double min, double max) {
    String range = "a number from %s to %s".formatted(min, max);
    if (!value.isNumber()) {
      throw wrongType(field, value, range);
    }
    double number = value.doubleValue();
    if (!(number >= min && number <= max)) {
      throw fault(WeightError.CONFIG_RANGE, field, value, range);
    }
    return number;
  }

  /** A list of exactly {@code size} numbers. */
  List<Double> numbers(String field, List<Double> defaultValue, int size, double min, double max) {
    JsonNode value = value(field);
    if (value == null) {
      return defaultValue;
    }
    List<Double> numbers = new ArrayList<>();
    for (JsonNode item : items(field, value, size, size)) {
      numbers.add(number(field + "[" + numbers.size() + "]", item, min, max));
    }
    return List.copyOf(numbers);
  }

  private Iterable<JsonNode> items(String field, JsonNode value, int minSize, int maxSize) {
    String size = minSize == maxSize ? "" + minSize : minSize + " to " + maxSize;
    if (!value.isArray()) {
      throw wrongType(field, value, "a list of " + size + " numbers");
    }
    if (value.size() < minSize || value.size() > maxSize) {
      throw fault(WeightError.CONFIG_RANGE, field, value, "a list of " + size + " numbers");
    }
    return value;
  }

  boolean flag(String field, boolean defaultValue) {
    JsonNode value = value(field);
    if (value == null) {
      return defaultValue;
    }
    if (!value.isBoolean()) {
      throw wrongType(field, value, "true or false");
    }
    return value.booleanValue();
  }

  /** A flag of which the engine supports one value only. */
  void requireFlag(String field, boolean defaultValue, boolean supported) {
    if (flag(field, defaultValue) != supported) {
      throw unsupported(field, String.valueOf(!supported), String.valueOf(supported));
    }
  }

  String text(String field, String defaultValue) {
    JsonNode value = value(field);
    if (value == null) {
      return defaultValue;
    }
    if (!value.isString()) {
      throw wrongType(field, value, "text");
    }
    return value.stringValue();
  }

  /** A text of which the engine supports some values only. */
  String oneOf(String field, String defaultValue, String... supported) {
    String text = text(field, defaultValue);
    if (!List.of(supported).contains(text)) {
      throw unsupported(
          field, MessageText.quote(text, MAX_FOUND_CHARS), String.join(" or ", supported));
    }
    return text;
  }

  /** A whole number of which the engine supports one value only. */
  void requireInteger(String field, int defaultValue, int supported) {
    int value = integer(field, defaultValue, Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (value != supported) {
      throw unsupported(field, "" + value, "" + supported);
    }
  }

  /** A list whose every entry must be the same supported text; only its length matters. */
  int sameTexts(String field, int defaultSize, String supported) {
    JsonNode value = value(field);
    if (value == null) {
      return defaultSize;
    }
    if (!value.isArray()) {
      throw wrongType(field, value, "a list of texts");
    }
    for (JsonNode item : value) {
      if (!item.isString() || !item.stringValue().equals(supported)) {
        throw unsupported(field, shown(item), supported);
      }
    }
    return value.size();
  }

  /** The engine supports only null here. */
  void requireNull(String field) {
    JsonNode value = value(field);
    if (value != null) {
      throw unsupported(field, shown(value), "null");
    }
  }

  /**
   * The class a configuration is for.
   *
   * @param field for example {@code _class_name}; missing is allowed, old files lack it
   */
  void requireClass(String field, String... allowed) {
    String found = text(field, allowed[0]);
    if (!List.of(allowed).contains(found)) {
      throw WeightException.in(
          WeightError.CONFIG_CLASS,
          file,
          "%s is %s, expected %s"
              .formatted(
                  field, MessageText.quote(found, MAX_FOUND_CHARS), String.join(" or ", allowed)));
    }
  }

  /** Fields that are known to say nothing about the computation. */
  void ignore(Set<String> fields) {
    known.addAll(fields);
  }

  /** Warns about fields that no one asked for. */
  void finish() {
    Set<String> unknown = new TreeSet<>();
    for (String field : object.propertyNames()) {
      if (!known.contains(field) && !field.startsWith("_")) {
        unknown.add(MessageText.quote(prefix + field, MAX_FOUND_CHARS));
      }
    }
    if (!unknown.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}: unknown fields are ignored: {1}",
          MessageText.escape(file.toString()),
          String.join(", ", unknown.stream().limit(5).toList())
              + (unknown.size() > 5 ? ", ..." : ""));
    }
  }

  /** A contradiction between fields. */
  WeightException inconsistent(String problem) {
    return WeightException.in(WeightError.CONFIG_INCONSISTENT, file, problem);
  }

  private WeightException unsupported(String field, String found, String supported) {
    return WeightException.in(
        WeightError.CONFIG_VALUE,
        file,
        "%s is %s, supported is only %s".formatted(prefix + field, found, supported));
  }

  private WeightException wrongType(String field, JsonNode value, String expected) {
    return fault(WeightError.CONFIG_TYPE, field, value, expected);
  }

  private WeightException fault(WeightError error, String field, JsonNode value, String expected) {
    return WeightException.in(
        error, file, "%s is %s, expected %s".formatted(prefix + field, shown(value), expected));
  }

  private static String shown(JsonNode value) {
    String text = MessageText.escape(value.toString());
    return text.length() <= MAX_FOUND_CHARS ? text : text.substring(0, MAX_FOUND_CHARS) + "...";
  }

  private @Nullable JsonNode value(String field) {
    known.add(field);
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? null : value;
  }
}
