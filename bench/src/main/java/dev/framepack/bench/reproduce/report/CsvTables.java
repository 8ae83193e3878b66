package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.CellResult.Cost;
import dev.framepack.bench.reproduce.suite.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;
import tools.jackson.dataformat.csv.CsvWriteFeature;

/**
 * The figures as comma-separated values (RFC 4180), in full precision, empty where there is none.
 */
final class CsvTables {
  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvWriteFeature.STRICT_CHECK_FOR_QUOTING).build();

  private CsvTables() {}

  /** One row a cell that ended. */
  static String results(Findings findings) {
    List<Column> columns =
        Stream.concat(findings.means().stream(), findings.drifts().stream()).toList();
    return write(findings.records().stream().map(record -> cell(record, columns)).toList());
  }

  private static Map<String, String> cell(CellRecord record, List<Column> columns) {
    Map<String, String> row = new LinkedHashMap<>();
    row.put("variant", record.variant());
    row.put("scene", record.scene());
    row.put("seed", String.valueOf(record.seed()));
    row.put("status", record.status().name().toLowerCase(Locale.ROOT));
    row.put("reason", record.reason());
    CellResult result = record.result();
    for (Column column : columns) {
      double value =
          result == null
              ? Double.NaN
              : result.measurement().metrics().stream()
                  .filter(metric -> metric.info().name().equals(column.metric()))
                  .mapToDouble(column::of)
                  .findFirst()
                  .orElse(Double.NaN);
      row.put(column.csvName(), number(value));
    }
    Cost cost = result == null ? null : result.cost();
    row.put("sections", cost == null ? "" : String.valueOf(cost.sections()));
    row.put("seconds_per_section", cost == null ? "" : number(cost.secondsPerSection()));
    row.put("elapsed_seconds", cost == null ? "" : number(cost.elapsedMillis() / 1e3));
    row.put("frames", result == null ? "" : String.valueOf(result.frames()));
    row.put("peak_bytes", cost == null ? "" : String.valueOf(cost.peakBytes()));
    row.put("commit", record.tuple().commit());
    row.put("program", record.tuple().program());
    row.put("finished_at", record.finishedAt());
    row.put("key", record.key());
    return row;
  }

  /** One row a variant. */
  static String summary(Findings findings) {
    Set<String> paper = new LinkedHashSet<>();
    findings.rows().forEach(row -> paper.addAll(row.variant().paper().keySet()));
    return write(findings.rows().stream().map(row -> variant(findings, row, paper)).toList());
  }

  private static Map<String, String> variant(Findings findings, Row row, Set<String> paper) {
    Variant variant = row.variant();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("variant", variant.name());
    fields.put("group", variant.group());
    fields.put("cells", String.valueOf(row.cells()));
    for (Status status : Status.values()) {
      fields.put(
          status.name().toLowerCase(Locale.ROOT), String.valueOf(row.withStatus(status).size()));
    }
    for (Column column : findings.means()) {
      put(fields, column.csvName(), row.spread(column));
    }
    for (Column column : findings.drifts()) {
      put(fields, column.csvName(), row.spread(column));
    }
    fields.put("elo_from_metrics", number(row.elo().orElse(Double.NaN)));
    List<Cost> costs = findings.machine().map(row::costs).orElse(List.of());
    fields.put("seconds_per_section", number(CostSection.secondsPerSection(costs)));
    fields.put("peak_bytes", number(CostSection.median(costs, Cost::peakBytes)));
    paper.forEach(name -> fields.put("paper_" + name, variant.paper().getOrDefault(name, "")));
    return fields;
  }

  private static void put(Map<String, String> fields, String name, Spread spread) {
    fields.put(name, number(spread.mean()));
    fields.put(name + "_sd", number(spread.deviation()));
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.valueOf(value) : "";
  }

  private static String write(List<Map<String, String>> rows) {
    if (rows.isEmpty()) {
      return "";
    }
    CsvSchema.Builder schema = CsvSchema.builder().setLineSeparator("\r\n").setUseHeader(true);
    rows.getFirst().keySet().forEach(schema::addColumn);
    return CSV.writer(schema.build()).writeValueAsString(new ArrayList<>(rows));
  }
}
