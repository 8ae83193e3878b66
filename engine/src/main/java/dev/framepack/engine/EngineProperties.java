package dev.framepack.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the process, {@code -Dframepack.NAME=VALUE}: they stand in for what a configuration's
 * builder leaves open. The only place that reads them here; {@code framepack.native.dir} is read by
 * the kernels.
 */
final class EngineProperties {
  static final String BACKEND = "framepack.backend";
  static final String PRECISION = "framepack.precision";
  static final String WEIGHTS_STORAGE = "framepack.weights.storage";
  static final String DEVICE = "framepack.device";
  static final String DEVICE_MEMORY_BYTES = "framepack.device.memory.bytes";
  static final String THREADS = "framepack.threads";
  static final String QUEUE_LIMIT = "framepack.queue.limit";
  static final String CLOSE_TIMEOUT_SECONDS = "framepack.close.timeout.seconds";
  private static final String NATIVE_DIRECTORY = "framepack.native.dir";
  private static final String PREFIX = "framepack.";
  private static final Set<String> KNOWN =
      Set.of(
          BACKEND,
          PRECISION,
          WEIGHTS_STORAGE,
          DEVICE,
          DEVICE_MEMORY_BYTES,
          THREADS,
          QUEUE_LIMIT,
          CLOSE_TIMEOUT_SECONDS,
          NATIVE_DIRECTORY);

  private final Properties properties;

  /**
   * Checks the names.
   *
   * @throws InvalidRequestException {@code CONFIG_UNKNOWN_PROPERTY}
   */
  EngineProperties(Properties properties) {
    this.properties = properties;
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (name.startsWith(PREFIX) && !KNOWN.contains(name)) {
        throw new InvalidRequestException(
            "CONFIG_UNKNOWN_PROPERTY",
            "system property %s is not known".formatted(name),
            "known are " + String.join(", ", new TreeSet<>(KNOWN)),
            null);
      }
    }
  }

  /** As this process was started with. */
  static EngineProperties ofProcess() {
    return new EngineProperties(System.getProperties());
  }

  /** What was given, else the property, else the default. */
  <T> T choose(@Nullable T given, String name, Function<String, T> parse, T otherwise) {
    if (given != null) {
      return given;
    }
    String value = properties.getProperty(name);
    return value == null ? otherwise : parse.apply(value);
  }

  /** Reads a whole number that belongs to a property. */
  static Function<String, Long> number(String name) {
    return text -> {
      try {
        return Long.valueOf(text.strip());
      } catch (NumberFormatException e) {
        throw invalid(name, "a whole number", text);
      }
    };
  }

  /** Reads a number that fits an int. */
  static Function<String, Integer> smallNumber(String name) {
    return number(name)
        .andThen(value -> {
          if (value != value.intValue()) {
            throw invalid(name, "a number below 2^31", value.toString());
          }
          return value.intValue();
        });
  }

  /** Reads one of some names. */
  static <E extends Enum<E>> Function<String, E> oneOf(
      String name, E[] values, Function<E, String> id) {
    return text ->
        Arrays.stream(values)
            .filter(value -> id.apply(value).equals(text.strip().toLowerCase(Locale.ROOT)))
            .findFirst()
            .orElseThrow(() ->
                invalid(
                    name, Arrays.stream(values).map(id).collect(Collectors.joining(", ")), text));
  }

  private static InvalidRequestException invalid(String name, String expected, String found) {
    return new InvalidRequestException(
        "CONFIG_PROPERTY",
        "system property %s must be %s, found '%s'".formatted(name, expected, found),
        "correct it, leave it out, or set the value in the configuration's builder",
        null);
  }
}
