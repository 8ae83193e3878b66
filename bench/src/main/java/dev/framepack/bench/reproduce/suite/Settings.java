package dev.framepack.bench.reproduce.suite;

import dev.framepack.engine.VideoRequest;
import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Values for some fields of a request.
 *
 * @param values of the type each setting asks for
 */
public record Settings(Map<Setting, Object> values) implements Serializable {

  public Settings {
    Map<Setting, Object> sorted = new EnumMap<>(Setting.class);
    sorted.putAll(values);
    values = Collections.unmodifiableMap(sorted);
  }

  /** These values, and the base's where these say nothing. */
  Settings over(Settings base) {
    Map<Setting, Object> merged = new LinkedHashMap<>(base.values);
    merged.putAll(values);
    return new Settings(merged);
  }

  /** Those of these values that are asked for. */
  public Settings only(Set<Setting> kept) {
    Map<Setting, Object> some = new LinkedHashMap<>(values);
    some.keySet().retainAll(kept);
    return new Settings(some);
  }

  /**
   * Sets the fields of a request.
   *
   * @param full with the steps of a full run, where those are given
   */
  public void applyTo(VideoRequest.Builder builder, boolean full) {
    Setting unused =
        full && values.containsKey(Setting.STEPS_FULL) ? Setting.STEPS : Setting.STEPS_FULL;
    values.forEach((setting, value) -> {
      if (setting != unused) {
        setting.apply(builder, value);
      }
    });
  }
}
