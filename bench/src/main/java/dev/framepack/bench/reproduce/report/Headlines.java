package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.Measurement.Metric;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Which metrics stand in the main table and have plots; all others are listed after them. */
final class Headlines {
  private static final List<String> PLOTTED =
      List.of(
          "position-error",
          "shape-found",
          "shape-form",
          "shape-color-shift",
          "clarity",
          "color-shift");

  private static final List<String> IDS =
      Stream.concat(PLOTTED.stream(), Stream.of("motion-smoothness")).toList();

  private Headlines() {}

  /** In this class's order, not the providers'. */
  static List<Metric> of(Findings findings) {
    return findings.metrics().stream()
        .filter(metric -> IDS.contains(metric.info().name()))
        .sorted(Comparator.comparingInt(metric -> IDS.indexOf(metric.info().name())))
        .toList();
  }

  /** Those of a value per frame. */
  static List<Metric> plotted(Findings findings) {
    return of(findings).stream().filter(metric -> PLOTTED.contains(metric.info().name())).toList();
  }
}
