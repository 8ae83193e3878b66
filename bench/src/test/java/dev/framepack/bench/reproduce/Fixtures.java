package dev.framepack.bench.reproduce;

import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.CellResult.Thumbnails;
import dev.framepack.bench.reproduce.run.Measurement;
import dev.framepack.bench.reproduce.run.Measurement.Absent;
import dev.framepack.bench.reproduce.run.Measurement.Better;
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
      new RunIdentity(Map.of("vae/a", "1", "transformer/b", "2"), "1.0", "cpu", "auto", "m1");

  public static final RunTuple TUPLE =
      new RunTuple(
          "A <CPU>", 2, 2, "JDK 25", "Linux", "cpu: two threads", "1.0", "abc", "f".repeat(64));

  public static final String YAML =
      """
      name: small
      title: "Small & <quick>"
      about: Two that run, one that does not.
      paper_source: notes of somebody
      defaults: {steps: 2, steps_full: 5, seconds: 1.2}
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
    return Suites.find(Files.writeString(folder.resolve("small.yaml"), YAML).toString());
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
    double[] curve = new double[300];
    for (int i = 0; i < curve.length; i++) {
      curve[i] = i % 37 == 0 ? Double.NaN : error * (0.5 + i / 300.0);
    }
    Metric position =
        new Metric(
            "position-error",
            "Position error",
            "px",
            Better.LOWER,
            "Distance to the true place.",
            error,
            1,
            error / 2,
            Curve.of(curve, 30));
    Metric clarity =
        new Metric(
            "clarity",
            "Clarity",
            "",
            Better.HIGHER,
            "Sharpness.",
            50 - error,
            1,
            3 + error,
            Curve.of(curve, 30));
    Metric motion =
        new Metric("motion", "Motion", "", Better.NEITHER, "Moves.", 7, 1, null, Curve.NONE);
    return new CellResult(
        new Measurement(
            List.of(position, clarity, motion),
            List.of(new Absent("aesthetic", "LAION's score.", "the network's weights"))),
        List.of(400.0 + error, 500.0),
        1000,
        300,
        12_000_000,
        23_000_000,
        "float32",
        new Thumbnails(strip, strip, strip, strip),
        null);
  }
}
