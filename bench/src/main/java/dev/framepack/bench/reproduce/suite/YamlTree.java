package dev.framepack.bench.reproduce.suite;

import dev.framepack.bench.reproduce.suite.YamlNode.Entry;
import dev.framepack.bench.reproduce.suite.YamlNode.Mapping;
import dev.framepack.bench.reproduce.suite.YamlNode.Place;
import dev.framepack.bench.reproduce.suite.YamlNode.Scalar;
import dev.framepack.bench.reproduce.suite.YamlNode.Sequence;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Parses YAML into {@link YamlNode}s. Repeated keys are faults, and so are anchors, aliases and
 * tags: a suite says what it means where it stands.
 */
final class YamlTree {
  private static final YAMLMapper MAPPER = new YAMLMapper();

  private final YAMLParser parser;
  private final SuiteFaults faults;

  private YamlTree(YAMLParser parser, SuiteFaults faults) {
    this.parser = parser;
    this.faults = faults;
  }

  /**
   * The document's root.
   *
   * @throws SuiteException when the text is no YAML, or not exactly one document
   */
  static YamlNode parse(String text, SuiteFaults faults) {
    try (YAMLParser parser = (YAMLParser) MAPPER.createParser(text)) {
      YamlTree tree = new YamlTree(parser, faults);
      if (parser.nextToken() == null) {
        faults.add(new Place(1, 1), "", "expected a suite, found an empty file; write one");
        faults.throwIfAny();
      }
      YamlNode root = tree.node("");
      if (parser.nextToken() != null) {
        faults.add(tree.here(), "", "expected one document, found another; remove the second");
      }
      return root;
    } catch (JacksonException e) {
      faults.add(place(e.getLocation()), "", "no YAML: " + firstLine(e.getOriginalMessage()));
      faults.throwIfAny();
      throw e;
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }

  private Place here() {
    return place(parser.currentTokenLocation());
  }

  private static Place place(TokenStreamLocation location) {
    return new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  private YamlNode node(String path) {
    refuseCleverness(path);
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(path);
      case START_ARRAY -> sequence(path);
      default -> new Scalar(here(), scalar(), Objects.requireNonNullElse(parser.getString(), ""));
    };
  }

  private void refuseCleverness(String path) {
    if (parser.isCurrentAlias() || parser.getObjectId() != null || parser.getTypeId() != null) {
      faults.add(
          here(), path, "expected a plain value, found an anchor, alias or tag; write it out");
    }
  }

  private Mapping mapping(String path) {
    Place place = here();
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      Place keyPlace = here();
      String key = parser.currentName();
      parser.nextToken();
      Entry entry = new Entry(keyPlace, node(join(path, key)));
      Entry first = entries.putIfAbsent(key, entry);
      if (first != null) {
        faults.add(
            keyPlace,
            join(path, key),
            "repeated, it stands in line %s too; remove one".formatted(first.keyPlace().line()));
      }
    }
    return new Mapping(place, entries);
  }

  private Sequence sequence(String path) {
    Place place = here();
    List<YamlNode> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node("%s[%s]".formatted(path, items.size())));
    }
    return new Sequence(place, items);
  }

  private @Nullable Object scalar() {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> whole(parser.getNumberValue());
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      default -> Objects.requireNonNull(parser.getString());
    };
  }

  private static Object whole(Number value) {
    return value instanceof BigInteger large ? large : (Object) value.longValue();
  }

  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
