package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.length.LengthCostFile;
import dev.framepack.bench.reproduce.run.AtomicFile;
import dev.framepack.bench.reproduce.run.SuiteRun.CellOutcome;
import dev.framepack.bench.reproduce.suite.Suite;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Everything a run found, for people ({@code report.html}) and programs (the CSV files). */
public final class Report {
  private final Findings findings;

  /**
   * @param full whether the steps are those of a full run
   * @param outcomes every cell of the plan
   */
  public Report(Suite suite, boolean full, List<CellOutcome> outcomes) {
    this.findings = Findings.of(suite, full, outcomes);
  }

  /**
   * Writes {@code report.html}, {@code results.csv} and {@code summary.csv}, each whole or not at
   * all.
   *
   * @param folder of the run, with its pictures and perhaps {@code cost.jsonl}
   * @throws dev.framepack.engine.OutputException when a file cannot be read or written
   */
  public void write(Path folder) {
    String page = new Page(findings, LengthCostFile.read(folder), folder).html();
    write(folder.resolve("results.csv"), CsvTables.results(findings));
    write(folder.resolve("summary.csv"), CsvTables.summary(findings));
    write(folder.resolve("report.html"), page);
  }

  private static void write(Path file, String text) {
    AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
