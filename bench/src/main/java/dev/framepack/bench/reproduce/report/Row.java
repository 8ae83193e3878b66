package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import dev.framepack.bench.reproduce.suite.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A variant with everything its cells gave.
 *
 * @param cells planned
 * @param records of cells that ended, in the plan's order
 * @param elo rating, for a variant that met another
 */
record Row(Variant variant, int cells, List<CellRecord> records, OptionalDouble elo) {

  Row {
    records = List.copyOf(records);
  }

  List<CellRecord> withStatus(CellRecord.Status status) {
    return records.stream().filter(record -> record.status() == status).toList();
  }

  List<CellResult> results() {
    return records.stream().map(CellRecord::result).filter(Objects::nonNull).toList();
  }

  /** A column's figures over the cells. */
  Spread spread(Column column) {
    return Spread.of(metrics(column.metric()).map(column::of).toList());
  }

  /** Whether a column's figures are of too few frames to be compared with those of others. */
  boolean isScarce(Column column) {
    return metrics(column.metric()).anyMatch(Metric::isScarce);
  }

  /** A figure of the results over the cells. */
  Spread spread(ToDoubleFunction<CellResult> figure) {
    return Spread.of(results().stream().map(figure::applyAsDouble).toList());
  }

  /** A metric of every cell that has it. */
  Stream<Metric> metrics(String id) {
    return results().stream()
        .flatMap(result -> result.measurement().metrics().stream())
        .filter(metric -> metric.id().equals(id));
  }

  /** Reasons of the cells that ended in this way, each once. */
  List<String> reasons(CellRecord.Status status) {
    return new ArrayList<>(withStatus(status).stream().map(CellRecord::reason).distinct().toList());
  }
}
