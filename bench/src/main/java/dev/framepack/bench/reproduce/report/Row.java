package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.CellResult.Cost;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import dev.framepack.bench.reproduce.run.RunTuple;
import dev.framepack.bench.reproduce.suite.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
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

  /** Whether it was made, and not given to compare with. */
  boolean isMade() {
    return variant.reference().isEmpty();
  }

  /** What the cells made on a machine cost. */
  List<Cost> costs(RunTuple machine) {
    return records.stream()
        .filter(record -> record.tuple().equals(machine))
        .map(CellRecord::result)
        .filter(Objects::nonNull)
        .map(CellResult::cost)
        .filter(Objects::nonNull)
        .toList();
  }

  /** A metric of every cell that has it. */
  Stream<Metric> metrics(String name) {
    return results().stream()
        .flatMap(result -> result.measurement().metrics().stream())
        .filter(metric -> metric.info().name().equals(name));
  }

  /** Reasons of the cells that ended in this way, and how many each has. */
  Map<String, Long> reasons(CellRecord.Status status) {
    return withStatus(status).stream()
        .collect(
            Collectors.groupingBy(CellRecord::reason, LinkedHashMap::new, Collectors.counting()));
  }
}
