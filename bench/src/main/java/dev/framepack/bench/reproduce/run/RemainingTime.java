package dev.framepack.bench.reproduce.run;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long the open cells will take: each as long as the latest of its variant, since the first
 * ones of a run are slowed by the warming up of the machine.
 */
final class RemainingTime {
  private final Map<String, Duration> latestByVariant = new HashMap<>();

  /** A cell of the variant took this long; nothing, if it was refused. */
  void took(String variant, Duration duration) {
    latestByVariant.put(variant, duration);
  }

  /**
   * The sum over cells to come, by their variants; a variant without a time counts as the mean of
   * those that took some. Empty before the first time.
   */
  Optional<Duration> of(List<String> variants) {
    double mean =
        latestByVariant.values().stream()
            .filter(Duration::isPositive)
            .mapToLong(Duration::toMillis)
            .average()
            .orElse(Double.NaN);
    if (Double.isNaN(mean)) {
      return Optional.empty();
    }
    double millis = 0;
    for (String variant : variants) {
      Duration known = latestByVariant.get(variant);
      millis += known == null ? mean : known.toMillis();
    }
    return Optional.of(Duration.ofMillis(Math.round(millis)));
  }
}
