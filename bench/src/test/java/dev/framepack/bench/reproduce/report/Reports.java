package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.run.Cell;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.bench.reproduce.run.SceneInput;
import dev.framepack.bench.reproduce.run.SuiteRun.CellOutcome;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.bench.reproduce.suite.Variant;
import dev.framepack.engine.image.PngEncoder;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A folder as a run leaves it, of the suite of {@link Fixtures}. */
final class Reports {
  static final String REASON = "PACKING: <script>alert(1)</script> & \"more\"; write another";

  private Reports() {}

  static List<CellOutcome> outcomes(Suite suite, Path folder) throws IOException {
    Files.write(
        folder.resolve("strip.png"),
        PngEncoder.encode(Rgb8Image.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6})));
    List<CellOutcome> outcomes = new ArrayList<>();
    for (long seed : suite.seeds()) {
      for (SceneInput scene : Fixtures.scenes(suite)) {
        for (Variant variant : suite.variants()) {
          Cell cell = new Cell(variant, scene, seed);
          outcomes.add(new CellOutcome(cell, record(cell)));
        }
      }
    }
    return outcomes;
  }

  /** The last cell of all is still to be run. */
  private static Optional<CellRecord> record(Cell cell) {
    boolean refused = cell.variant().name().equals("three");
    if (refused && cell.seed() == 2) {
      return Optional.empty();
    }
    double error =
        cell.variant().name().length()
            + cell.seed()
            + (cell.variant().name().equals("one") ? 0 : 1);
    return Optional.of(
        new CellRecord(
            "k".repeat(64),
            "small",
            cell.variant().name(),
            cell.scene().name(),
            cell.seed(),
            refused ? Status.REFUSED : Status.DONE,
            refused ? REASON : "",
            Map.of("steps", 2, "seconds", 1.2),
            refused ? null : Fixtures.result(error, "strip.png"),
            Fixtures.TUPLE,
            "2026-01-02T03:04:05Z"));
  }

  /** Writes the report of the folder, with costs by length. */
  static Path write(Path folder) throws IOException {
    Suite suite = Fixtures.suite(folder);
    StringBuilder costs = new StringBuilder();
    for (int sections = 1; sections <= 32; sections *= 2) {
      List<Double> millis = new ArrayList<>();
      for (int i = 0; i < sections; i++) {
        millis.add(400.0 + i % 3);
      }
      costs.append(
          """
          {"round":0,"seconds":%s,"sections":%d,"sectionMillis":%s,"peakBytes":%d,\
          "heapBytes":1,"machine":"m"}
          """
              .formatted(sections * 1.2, sections, millis, 12_000_000 + sections * 1000));
    }
    Files.writeString(folder.resolve("cost.jsonl"), costs);
    new Report(suite, false, outcomes(suite, folder)).write(folder);
    return folder.resolve("report.html");
  }
}
