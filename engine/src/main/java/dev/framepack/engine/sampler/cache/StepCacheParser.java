package dev.framepack.engine.sampler.cache;

import dev.framepack.engine.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@link StepCache}: a name, a colon, numbers with commas between them. */
final class StepCacheParser {
  private static final double TEACACHE_THRESHOLD = 0.15;
  private static final double FBCACHE_THRESHOLD = 0.05;

  private StepCacheParser() {}

  static StepCache parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String arguments = colon < 0 ? "" : text.substring(colon + 1);
    StepCache cache =
        switch (name) {
          case "none" -> {
            numbers(name, arguments, 0);
            yield StepCache.NONE;
          }
          case "teacache" -> new StepCache.TeaCache(only(name, arguments, TEACACHE_THRESHOLD));
          case "fbcache" -> new StepCache.FirstBlockCache(only(name, arguments, FBCACHE_THRESHOLD));
          case "magcache" -> magCache(arguments);
          default ->
              throw invalid(
                  "step cache must be none, teacache, magcache or fbcache, found " + name, null);
        };
    if (!cache.faults().isEmpty()) {
      throw invalid(String.join("; ", cache.faults()), null);
    }
    return cache;
  }

  private static StepCache magCache(String arguments) {
    if (arguments.equals("calibrate")) {
      return StepCache.MagCache.CALIBRATION;
    }
    StepCache.MagCache defaults = StepCache.MagCache.DEFAULT;
    int at = arguments.indexOf('@');
    String settings = at < 0 ? arguments : arguments.substring(0, at);
    List<Double> numbers = numbers("magcache", settings, 3);
    double maxSkip = numbers.size() > 1 ? numbers.get(1) : defaults.maxSkip();
    if (maxSkip != Math.rint(maxSkip) || Math.abs(maxSkip) > 1e6) {
      throw invalid("magcache steps in a row must be 0 to 100, found " + maxSkip, null);
    }
    return new StepCache.MagCache(
        numbers.isEmpty() ? defaults.threshold() : numbers.getFirst(),
        (int) maxSkip,
        numbers.size() > 2 ? numbers.get(2) : defaults.retention(),
        at < 0 ? List.of() : ratios(arguments.substring(at + 1)),
        false);
  }

  private static List<Double> ratios(String text) {
    return text.isEmpty() ? List.of() : numbers("magcache ratios", text.replace('/', ','), 1000);
  }

  private static double only(String name, String arguments, double otherwise) {
    List<Double> numbers = numbers(name, arguments, 1);
    return numbers.isEmpty() ? otherwise : numbers.getFirst();
  }

  private static List<Double> numbers(String name, String text, int most) {
    List<Double> numbers = new ArrayList<>();
    if (text.isEmpty()) {
      return numbers;
    }
    for (String part : text.split(",", -1)) {
      try {
        numbers.add(Double.valueOf(part));
      } catch (NumberFormatException e) {
        throw invalid("%s: expected a number, found %s".formatted(name, part), e);
      }
    }
    if (numbers.size() > most) {
      throw invalid(
          "%s takes at most %s number%s, found %s"
              .formatted(name, most, most == 1 ? "" : "s", numbers.size()),
          null);
    }
    return numbers;
  }

  private static InvalidRequestException invalid(String message, @Nullable Throwable cause) {
    return new InvalidRequestException(
        "STEP_CACHE", message, "write teacache:0.15, magcache:0.1,2,0.25 or fbcache:0.05", cause);
  }
}
