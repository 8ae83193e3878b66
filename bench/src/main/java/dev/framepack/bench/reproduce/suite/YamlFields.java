package dev.framepack.bench.reproduce.suite;

import dev.framepack.bench.reproduce.suite.YamlNode.Entry;
import dev.framepack.bench.reproduce.suite.YamlNode.Mapping;
import dev.framepack.bench.reproduce.suite.YamlNode.Place;
import dev.framepack.bench.reproduce.suite.YamlNode.Scalar;
import dev.framepack.bench.reproduce.suite.YamlNode.Sequence;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the fields of a mapping by name and type; what was never asked for is unknown. Every method
 * collects faults and goes on with a stand-in, so that one reading finds them all.
 */
final class YamlFields {
  private final Mapping mapping;
  private final String path;
  private final SuiteFaults faults;
  private final Set<String> asked = new LinkedHashSet<>();

  private YamlFields(Mapping mapping, String path, SuiteFaults faults) {
    this.mapping = mapping;
    this.path = path;
    this.faults = faults;
  }

  /** The fields of a node; without fields, and a fault, when it is no mapping. */
  static YamlFields of(YamlNode node, String path, SuiteFaults faults) {
    if (node instanceof Mapping mapping) {
      return new YamlFields(mapping, path, faults);
    }
    faults.add(
        node.place(),
        path,
        "expected keys with values, found %s; write KEY: VALUE lines".formatted(node.describe()));
    return new YamlFields(new Mapping(node.place(), Map.of()), path, faults);
  }

  private Optional<YamlNode> node(String key) {
    asked.add(key);
    return Optional.ofNullable(mapping.entries().get(key)).map(Entry::value);
  }

  /** Where a field stands, or the mapping where it is missing. */
  Place place(String key) {
    Entry entry = mapping.entries().get(key);
    return entry == null ? mapping.place() : entry.value().place();
  }

  String path(String key) {
    return YamlTree.join(path, key);
  }

  void fault(String key, String text) {
    faults.add(place(key), path(key), text);
  }

  private void wrongType(String key, YamlNode found, String expected, String remedy) {
    fault(key, "expected %s, found %s; %s".formatted(expected, found.describe(), remedy));
  }

  private void missing(String key) {
    faults.add(mapping.place(), path(key), "missing; add it");
  }

  /** A text that must be there and not be blank. */
  String requiredText(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty() && !mapping.entries().containsKey(key)) {
      missing(key);
    }
    return text.orElse("");
  }

  /** A text that is not blank and has no control characters but line ends. */
  Optional<String> text(String key) {
    Optional<YamlNode> node = node(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (!(node.get() instanceof Scalar scalar && scalar.value() instanceof String text)) {
      wrongType(key, node.get(), "a text", "put it in quotes");
      return Optional.empty();
    }
    if (text.isBlank()) {
      fault(key, "expected a text, found a blank one; fill it in or remove the key");
      return Optional.empty();
    }
    if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
      fault(key, "expected a text without control characters; remove them");
      return Optional.empty();
    }
    return Optional.of(text.strip());
  }

  /** A whole number of 64 bits. */
  Optional<Long> whole(String key) {
    Optional<YamlNode> node = node(key);
    if (node.isPresent()) {
      if (node.get() instanceof Scalar scalar && scalar.value() instanceof Long value) {
        return Optional.of(value);
      }
      wrongType(key, node.get(), "a whole number of 64 bits", "write digits only");
    }
    return Optional.empty();
  }

  /** A finite number. */
  Optional<Double> number(String key) {
    Optional<YamlNode> node = node(key);
    if (node.isPresent()) {
      if (node.get() instanceof Scalar scalar
          && scalar.value() instanceof Number value
          && Double.isFinite(value.doubleValue())) {
        return Optional.of(value.doubleValue());
      }
      wrongType(key, node.get(), "a number", "write digits, with a point if need be");
    }
    return Optional.empty();
  }

  /** The items of a list that must be there and have some. */
  List<YamlNode> requiredList(String key) {
    Optional<YamlNode> node = node(key);
    if (node.isEmpty()) {
      missing(key);
      return List.of();
    }
    if (!(node.get() instanceof Sequence sequence)) {
      wrongType(key, node.get(), "a list", "write - ITEM lines or [ITEM, ITEM]");
      return List.of();
    }
    if (sequence.items().isEmpty()) {
      fault(key, "expected a list with items, found an empty one; add an item");
    }
    return sequence.items();
  }

  /** The items of a list, none where there is none. */
  List<YamlNode> list(String key) {
    return mapping.entries().containsKey(key) ? requiredList(key) : List.of();
  }

  /** A mapping below, if there is one. */
  Optional<YamlFields> fields(String key) {
    return node(key).map(value -> of(value, path(key), faults));
  }

  /** All entries as texts, numbers as they are written. */
  Map<String, String> allAsText() {
    Map<String, String> texts = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach((key, entry) -> {
          asked.add(key);
          if (entry.value() instanceof Scalar scalar
              && (scalar.value() instanceof Number || scalar.value() instanceof String)) {
            texts.put(key, scalar.text());
          } else {
            wrongType(key, entry.value(), "a number or a text", "write one figure");
          }
        });
    return texts;
  }

  /** Reports every key nobody asked for. */
  void refuseOthers() {
    mapping
        .entries()
        .forEach((key, entry) -> {
          if (!asked.contains(key)) {
            faults.add(
                entry.keyPlace(),
                path(key),
                "unknown key; known here are " + String.join(", ", asked));
          }
        });
  }
}
