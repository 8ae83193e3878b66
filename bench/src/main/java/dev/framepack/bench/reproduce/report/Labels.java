package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.metric.MetricInfo;
import java.util.Locale;
import java.util.Set;

/** What metrics are called in tables and plots. */
final class Labels {
  private static final String NO_UNIT = "1";
  private static final Set<String> ACRONYMS = Set.of("psnr", "ssim");

  private Labels() {}

  /** A metric's name in words. */
  static String name(MetricInfo metric) {
    if (ACRONYMS.contains(metric.name())) {
      return metric.name().toUpperCase(Locale.ROOT);
    }
    String words = metric.name().replace('-', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /** A metric's unit; empty for plain numbers. */
  static String unit(MetricInfo metric) {
    return metric.unit().equals(NO_UNIT) ? "" : metric.unit().replace("^2", "²");
  }

  /** Name and unit, where it has one. */
  static String withUnit(MetricInfo metric) {
    String unit = unit(metric);
    return unit.isEmpty() ? name(metric) : name(metric) + ", " + unit;
  }
}
