package dev.framepack.bench.reproduce.suite;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A YAML document as a tree whose nodes know where they stand. */
sealed interface YamlNode {

  /** Line and column, from 1. */
  record Place(int line, int column) {}

  Place place();

  /** What it is, for messages. */
  String describe();

  /**
   * A single value.
   *
   * @param value String, Long, BigInteger, Double, Boolean or null
   * @param text as it is written
   */
  record Scalar(Place place, @Nullable Object value, String text) implements YamlNode {
    @Override
    public String describe() {
      return switch (value) {
        case null -> "nothing";
        case String text -> "the text \"" + text + "\"";
        case Boolean truth -> "the truth value " + truth;
        default -> "the number " + text;
      };
    }
  }

  /** A list. */
  record Sequence(Place place, List<YamlNode> items) implements YamlNode {
    @Override
    public String describe() {
      return "a list";
    }
  }

  /** Keys with values. */
  record Mapping(Place place, Map<String, Entry> entries) implements YamlNode {
    @Override
    public String describe() {
      return "a mapping";
    }
  }

  /**
   * A value and its key's place.
   *
   * @param keyPlace of the key
   */
  record Entry(Place keyPlace, YamlNode value) {}
}
