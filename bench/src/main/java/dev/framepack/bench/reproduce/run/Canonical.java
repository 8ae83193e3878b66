package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.hash.Sha256;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.history.HistoryRule;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.GapRule;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionOrder;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.PromptSchedule;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One form of a value that equal values share: JSON with sorted keys and nothing for what is
 * absent. Takes every component of a record, so that a field added to a request later is in the
 * hash the day it is added.
 */
final class Canonical {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Canonical() {}

  /** A record's components by name, those that are absent left out. */
  static Map<String, Object> of(Record value) {
    Map<String, Object> fields = new TreeMap<>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      Object field = jsonValue(read(component, value), component.getName());
      if (field != null) {
        fields.put(component.getName(), field);
      }
    }
    return fields;
  }

  /** SHA-256 of the JSON of values as {@link #of} gives them, 64 hexadecimal digits. */
  static String sha256(Map<String, ?> values) {
    String json = JSON.writeValueAsString(new TreeMap<>(values));
    return Sha256.of(json.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable Object read(RecordComponent component, Record value) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("component " + component + " cannot be read", e);
    }
  }

  private static @Nullable Object jsonValue(@Nullable Object value, String name) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case Boolean truth -> truth;
      case Number number -> number;
      case Enum<?> constant -> constant.name();
      case OptionalInt optional -> optional.isPresent() ? optional.getAsInt() : null;
      case OptionalDouble optional -> optional.isPresent() ? optional.getAsDouble() : null;
      case Optional<?> optional -> jsonValue(optional.orElse(null), name);
      case Rgb8Image image -> hash(image);
      case PromptSchedule prompts ->
          List.of(prompts.isPlain(), prompts.blendSections(), prompts.text());
      case StepCache cache -> cache.text();
      case PackingNotation packing -> packing.toString();
      case SectionOrder order -> order.toString();
      case GapRule gaps -> gaps.toString();
      case HistoryPolicy policy -> policy.rules().stream().map(Canonical::text).toList();
      case List<?> list -> list.stream().map(item -> jsonValue(item, name)).toList();
      case Record inner -> of(inner);
      // Anything else might print its address, and no key would ever be found again.
      default ->
          throw new IllegalStateException(
              "%s: no canonical form for %s; add one".formatted(name, value.getClass()));
    };
  }

  /** A codebook counts by what it holds, not by where it lies. */
  private static String text(HistoryRule rule) {
    if (!(rule instanceof HistoryRule.Codebook(Path file))) {
      return rule.text();
    }
    try {
      return rule.name() + ":sha256:" + Sha256.of(file);
    } catch (IOException e) {
      throw new InvalidRequestException(
          "CODEBOOK", "codebook %s cannot be read (%s)".formatted(file, e), "make it first", e);
    }
  }

  private static String hash(Rgb8Image image) {
    MessageDigest digest = Sha256.digest();
    digest.update(
        ByteBuffer.allocate(2 * Integer.BYTES).putInt(image.width()).putInt(image.height()).flip());
    digest.update(image.buffer());
    return "sha256:" + Sha256.hex(digest);
  }
}
