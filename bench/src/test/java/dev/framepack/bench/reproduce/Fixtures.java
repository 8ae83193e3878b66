package dev.framepack.bench.reproduce;

import dev.framepack.bench.metric.AbsentMetric;
import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.CellResult.Cost;
import dev.framepack.bench.reproduce.run.Measurement;
import dev.framepack.bench.reproduce.run.Measurement.Curve;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import dev.framepack.bench.reproduce.run.RunIdentity;
import dev.framepack.bench.reproduce.run.RunTuple;
import dev.framepack.bench.reproduce.run.SceneInput;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.bench.reproduce.suite.Suites;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A suite of two variants the engine makes and one it refuses, and results nobody computed. */
public final class Fixtures {
  public static final RunIdentity IDENTITY =
      new RunIdentity(
          Map.of("vae/a", "1", "transformer/b", "2"), "classes", "1.0", "cpu", "auto", "m1");

  public static final RunTuple TUPLE =
      new RunTuple(
          "A <CPU>",
          2,
          2,
          "JDK 25",
          "Linux",
          "cpu: two threads",
          "1.0",
          "abc",
          "classes",
          "f".repeat(64));

  public static final String YAML =
      """
      name: small
      title: "Small & <quick>"
      about: Two that run, one that does not.
      paper_source: notes of somebody
      defaults: {steps: 2, steps_full: 5, seconds: 1.2, width: 64, height: 64}
      scenes: [built-in, "random:7"]
      seeds: [1, 2]
      variants:
        - name: one
          group: Those that run
          sampling: inverted
          paper: {clarity: 71.15, delta_clarity: 2.25, elo: 1220}
        - name: two
          group: Those that run
          note: with a "note" & more
          sampling: f1
        - name: three
          group: Those that do not
          packing: nonsense
      """;

  private Fixtures() {}

  /** The suite, read from a file in the folder. */
  public static Suite suite(Path folder) throws IOException {
    return suite(folder, YAML);
  }

  /** Another suite, read from a file in the folder. */
  public static Suite suite(Path folder, String yaml) throws IOException {
    return Suites.find(Files.writeString(folder.resolve("small.yaml"), yaml).toString());
  }

  /** Pictures of one pixel in place of the suite's scenes. */
  public static List<SceneInput> scenes(Suite suite) {
    return suite.scenes().stream()
        .map(scene ->
            new SceneInput(
                scene.name(),
                Rgb8Image.of(1, 1, new byte[] {1, 2, (byte) scene.name().hashCode()}),
                "a prompt",
                Optional.empty()))
        .toList();
  }

  /**
   * A finished cell.
   *
   * @param error mean position error
   * @param strip name of a picture
   */
  public static CellResult result(double error, String strip) {
    double[] values = new double[300];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 37 == 0 ? Double.NaN : error * (0.5 + i / 300.0);
    }
    Curve curve = Curve.of(values, 30);
    return new CellResult(
        new Measurement(
            List.of(
                new Metric(info("position-error", "pixels", Better.LOWER), error, error / 2, curve),
                new Metric(info("shape-form", "1", Better.HIGHER), 1 - error / 8, 0.1, curve),
                new Metric(info("clarity", "1", Better.NEITHER), 50 - error, 3 + error, curve),
                new Metric(info("motion", "1", Better.NEITHER), 7, null, Curve.NONE)),
            List.of(
                new AbsentMetric(info("aesthetic", "1", Better.HIGHER), "the network's weights"))),
        300,
        strip,
        null,
        new Cost(List.of(400.0 + error, 500.0), 1000, 12_000_000, 23_000_000, "float32"));
  }

  /** A cell of which nothing was generated. */
  public static CellResult given(double error, String strip) {
    CellResult made = result(error, strip);
    return new CellResult(made.measurement(), made.frames(), strip, null, null);
  }

  /** What a metric's values mean. */
  public static MetricInfo info(String name, String unit, Better better) {
    return new MetricInfo(name, unit, better, "A figure.");
  }
}
