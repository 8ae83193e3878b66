package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.metric.AbsentMetric;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import dev.framepack.bench.reproduce.run.RunTuple;
import dev.framepack.bench.reproduce.run.SuiteRun.CellOutcome;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.bench.reproduce.suite.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What a run found, by variant and by metric.
 *
 * @param full whether the steps are those of a full run
 * @param outcomes every cell of the plan
 * @param rows every variant, in the suite's order
 * @param metrics every metric some cell has, in order of first appearance
 */
record Findings(
    Suite suite, boolean full, List<CellOutcome> outcomes, List<Row> rows, List<Metric> metrics) {

  static Findings of(Suite suite, boolean full, List<CellOutcome> outcomes) {
    List<CellRecord> records =
        outcomes.stream().flatMap(outcome -> outcome.record().stream()).toList();
    Map<String, Double> elo = EloRating.rate(MetricGames.of(records));
    List<Row> rows = new ArrayList<>();
    for (Variant variant : suite.variants()) {
      List<CellOutcome> cells =
          outcomes.stream()
              .filter(outcome -> outcome.cell().variant().name().equals(variant.name()))
              .toList();
      Double rating = elo.get(variant.name());
      rows.add(
          new Row(
              variant,
              cells.size(),
              cells.stream().flatMap(outcome -> outcome.record().stream()).toList(),
              rating == null ? OptionalDouble.empty() : OptionalDouble.of(rating)));
    }
    return new Findings(suite, full, outcomes, rows, metrics(records));
  }

  private static List<Metric> metrics(List<CellRecord> records) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    results(records)
        .flatMap(result -> result.measurement().metrics().stream())
        .forEach(metric -> metrics.putIfAbsent(metric.info().name(), metric));
    return List.copyOf(metrics.values());
  }

  private static Stream<CellResult> results(List<CellRecord> records) {
    return records.stream().map(CellRecord::result).filter(Objects::nonNull);
  }

  List<CellRecord> records() {
    return outcomes.stream().flatMap(outcome -> outcome.record().stream()).toList();
  }

  /** Records of what was generated, references left out. */
  List<CellRecord> generated() {
    return records().stream()
        .filter(record -> record.result() != null && record.result().cost() != null)
        .toList();
  }

  /** The row of a variant. */
  Row row(String variant) {
    return rows.stream()
        .filter(row -> row.variant().name().equals(variant))
        .findFirst()
        .orElseThrow();
  }

  /** Where the last cell was generated; what cells cost elsewhere does not compare with it. */
  Optional<RunTuple> machine() {
    return generated().stream()
        .max(Comparator.comparing(CellRecord::finishedAt))
        .map(CellRecord::tuple);
  }

  /** Columns of means. */
  List<Column> means() {
    return metrics.stream().map(Column::mean).toList();
  }

  /** Columns of drifts, of the metrics some cell has a drift of. */
  List<Column> drifts() {
    return metrics.stream()
        .map(Column::drift)
        .filter(column -> rows.stream().anyMatch(row -> !row.spread(column).isEmpty()))
        .toList();
  }

  /** Metrics that some cell could not measure, each once. */
  List<AbsentMetric> absent() {
    return results(records())
        .flatMap(result -> result.measurement().absent().stream())
        .distinct()
        .toList();
  }

  /** What the figures were measured on; more than one where a run went on elsewhere. */
  List<RunTuple> tuples() {
    return records().stream()
        .filter(record -> record.result() != null)
        .map(CellRecord::tuple)
        .distinct()
        .toList();
  }
}
