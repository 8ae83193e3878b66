package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.reproduce.run.Measurement.Metric;

/**
 * One column of figures: a metric's mean, or its drift.
 *
 * @param metric name
 * @param isDrift whether it is the metric's drift
 * @param label of the metric
 * @param unit empty for plain numbers
 * @param better which side is better, of this column
 */
record Column(String metric, boolean isDrift, String label, String unit, Better better) {

  static Column mean(Metric metric) {
    return new Column(
        metric.info().name(),
        false,
        Labels.name(metric.info()),
        Labels.unit(metric.info()),
        metric.info().better());
  }

  static Column drift(Metric metric) {
    return new Column(
        metric.info().name(),
        true,
        Labels.name(metric.info()),
        Labels.unit(metric.info()),
        Better.LOWER);
  }

  /** Name in CSV files. */
  String csvName() {
    String name = metric.replace('-', '_');
    return isDrift ? "delta_" + name : name;
  }

  /** Heading in tables. */
  String heading() {
    return isDrift ? "Δ\u00A0" + label : label;
  }

  /** The figure of one cell; NaN where there is none. */
  double of(Metric found) {
    Double drift = found.drift();
    return !isDrift ? found.mean() : drift == null ? Double.NaN : drift;
  }
}
