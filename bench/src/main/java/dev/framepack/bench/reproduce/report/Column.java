package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.Measurement.Better;
import dev.framepack.bench.reproduce.run.Measurement.Metric;

/**
 * One column of figures: a metric's mean, or its drift.
 *
 * @param metric id
 * @param isDrift whether it is the metric's drift
 * @param label of the metric
 * @param unit empty for plain numbers
 * @param better which side is better, of this column
 */
record Column(String metric, boolean isDrift, String label, String unit, Better better) {

  static Column mean(Metric metric) {
    return new Column(metric.id(), false, metric.label(), metric.unit(), metric.better());
  }

  static Column drift(Metric metric) {
    return new Column(metric.id(), true, metric.label(), metric.unit(), Better.LOWER);
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

  /** The figure of one cell; NaN where there is none or too few frames have one. */
  double comparable(Metric found) {
    double value = of(found);
    return found.isScarce() || !Double.isFinite(value) ? Double.NaN : value;
  }
}
