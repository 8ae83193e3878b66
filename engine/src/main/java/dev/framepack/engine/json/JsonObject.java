package dev.framepack.engine.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object whose members are asked for by name and type. What has another type, is missing or
 * unknown is told by its full name, in the exception of the reader's choice. A member that is null
 * is absent.
 */
public final class JsonObject {
  private final String path;
  private final Map<String, Object> members;
  private final Function<String, ? extends RuntimeException> failure;

  private JsonObject(
      String path,
      Map<String, Object> members,
      Function<String, ? extends RuntimeException> failure) {
    this.path = path;
    this.members = members;
    this.failure = failure;
  }

  /**
   * Reads a text.
   *
   * @param failure makes the exception for a fault, which this throws and every member asked for
   */
  public static JsonObject parse(
      byte[] text, Function<String, ? extends RuntimeException> failure) {
    try {
      return new JsonObject("", Json.parse(text), failure);
    } catch (MalformedJsonException e) {
      throw failure.apply(String.valueOf(e.getMessage()));
    }
  }

  /**
   * An object that was read before.
   *
   * @param path its full name
   */
  public static JsonObject of(
      String path,
      Map<String, Object> members,
      Function<String, ? extends RuntimeException> failure) {
    return new JsonObject(path, members, failure);
  }

  /** Without some members. */
  public JsonObject without(Collection<String> names) {
    Map<String, Object> rest = new LinkedHashMap<>(members);
    rest.keySet().removeAll(names);
    return new JsonObject(path, rest, failure);
  }

  /** All members, for comparing. */
  public Map<String, Object> toMap() {
    return Collections.unmodifiableMap(members);
  }

  /** Names of members, absent ones that are there as null included. */
  public Set<String> names() {
    return Collections.unmodifiableSet(members.keySet());
  }

  /** Whether a member is there and not null. */
  public boolean has(String name) {
    return members.get(name) != null;
  }

  /** Whether a member is an object. */
  public boolean isObject(String name) {
    return members.get(name) instanceof Map;
  }

  /** Refuses members that nobody reads. */
  public void requireOnly(Collection<String> known) {
    for (String name : members.keySet()) {
      if (!known.contains(name)) {
        throw fault(
            "%s: expected one of %s, found an unknown field"
                .formatted(full(name), String.join(", ", known)));
      }
    }
  }

  /** Refuses an object that lacks a name; null will do. */
  public void requireNames(Collection<String> names) {
    for (String name : names) {
      if (!members.containsKey(name)) {
        throw missing(name);
      }
    }
  }

  /** A string. */
  public Optional<String> text(String name) {
    return value(name, String.class, "text");
  }

  public String requireText(String name) {
    return text(name).orElseThrow(() -> missing(name));
  }

  /** A number. */
  public Optional<Double> number(String name) {
    return value(name, Number.class, "a number").map(Number::doubleValue);
  }

  /** A whole number of 32 bits. */
  public Optional<Integer> integer(String name) {
    return value(name, Integer.class, "a whole number of 32 bits");
  }

  /** A whole number of 64 bits. */
  public Optional<Long> whole(String name) {
    return value(name, Number.class, "a whole number of 64 bits")
        .map(number -> {
          if (number instanceof Integer || number instanceof Long) {
            return number.longValue();
          }
          throw wrongType(name, "a whole number of 64 bits", number);
        });
  }

  public long requireWhole(String name) {
    return whole(name).orElseThrow(() -> missing(name));
  }

  /** True or false. */
  public Optional<Boolean> flag(String name) {
    return value(name, Boolean.class, "true or false");
  }

  /** An object. */
  public Optional<JsonObject> object(String name) {
    return value(name, Map.class, "an object").map(map -> nested(full(name), map));
  }

  public JsonObject requireObject(String name) {
    return object(name).orElseThrow(() -> missing(name));
  }

  /** A list of objects; empty when absent. */
  public List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    for (Object element : value(name, List.class, "a list").orElse(List.of())) {
      String place = "%s[%s]".formatted(full(name), objects.size());
      if (!(element instanceof Map<?, ?> map)) {
        throw fault("%s: expected an object, found %s".formatted(place, element));
      }
      objects.add(nested(place, map));
    }
    return objects;
  }

  /** An object of strings alone; empty when absent. */
  public Map<String, String> texts(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    object(name)
        .ifPresent(object -> object.names().forEach(n -> texts.put(n, object.requireText(n))));
    return texts;
  }

  /** The reader's exception for a fault that is not one of type. */
  public RuntimeException fault(String message) {
    return failure.apply(message);
  }

  /** The reader's exception for a member whose value is not among those expected. */
  public RuntimeException unexpected(String name, String expected) {
    return fault("%s: expected %s, found %s".formatted(full(name), expected, members.get(name)));
  }

  private RuntimeException missing(String name) {
    return fault(full(name) + ": the field is missing");
  }

  private RuntimeException wrongType(String name, String expected, @Nullable Object found) {
    return fault("%s: expected %s, found %s".formatted(full(name), expected, shown(found)));
  }

  private static String shown(@Nullable Object found) {
    return switch (found) {
      case Map<?, ?> ignored -> "an object";
      case List<?> ignored -> "a list";
      case String text -> "\"" + text + "\"";
      case null, default -> String.valueOf(found);
    };
  }

  private String full(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private <T> Optional<T> value(String name, Class<T> type, String expected) {
    Object value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw wrongType(name, expected, value);
    }
    return Optional.of(type.cast(value));
  }

  private JsonObject nested(String place, Map<?, ?> map) {
    Map<String, Object> copied = new LinkedHashMap<>();
    map.forEach((key, value) -> copied.put(String.valueOf(key), value));
    return new JsonObject(place, copied, failure);
  }
}
