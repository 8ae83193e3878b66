package dev.framepack.bench.reproduce;

import dev.framepack.bench.reproduce.report.Report;
import dev.framepack.bench.reproduce.run.Cell;
import dev.framepack.bench.reproduce.run.CellDispatcher;
import dev.framepack.bench.reproduce.run.CellPlan;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.bench.reproduce.run.CellRecorder;
import dev.framepack.bench.reproduce.run.CellStore;
import dev.framepack.bench.reproduce.run.Codebooks;
import dev.framepack.bench.reproduce.run.EngineCellRunner;
import dev.framepack.bench.reproduce.run.LocalDispatcher;
import dev.framepack.bench.reproduce.run.RunFolder;
import dev.framepack.bench.reproduce.run.RunIdentity;
import dev.framepack.bench.reproduce.run.RunObserver;
import dev.framepack.bench.reproduce.run.RunProgress;
import dev.framepack.bench.reproduce.run.RunTuple;
import dev.framepack.bench.reproduce.run.SceneInput;
import dev.framepack.bench.reproduce.run.SuiteRun;
import dev.framepack.bench.reproduce.run.VideoMeter;
import dev.framepack.bench.reproduce.suite.CodebookSpec;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.OutputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The whole way from a suite to its report. */
public final class Reproduction {
  private final Suite suite;
  private final boolean full;
  private final Path path;
  private final PrintWriter err;
  private final List<SceneInput> scenes;

  /**
   * Reads the suite's pictures.
   *
   * @param full with the steps of a full run
   * @param path folder of the run
   * @param err for progress
   * @throws dev.framepack.engine.ImageException when a file holds no picture
   */
  public Reproduction(Suite suite, boolean full, Path path, PrintWriter err) {
    this.suite = suite;
    this.full = full;
    this.path = path;
    this.err = err;
    this.scenes = suite.scenes().stream().map(SceneInput::load).toList();
  }

  /** What is run. */
  public Suite suite() {
    return suite;
  }

  /** Whether it is run with the steps of a full run. */
  public boolean isFull() {
    return full;
  }

  /** Folder of the run. */
  public Path path() {
    return path;
  }

  /** Where progress goes. */
  public PrintWriter err() {
    return err;
  }

  /**
   * Runs what is open on one engine in this process and writes the report of all there is.
   *
   * @param chosen which cells may be run
   * @param isCancelled asked between steps
   * @return exit code: 0, or 1 when a chosen cell failed
   */
  int run(EngineConfig config, Predicate<Cell> chosen, BooleanSupplier isCancelled) {
    VideoMeter meter = new MetricMeter();
    try (RunFolder folder = RunFolder.open(path);
        CellStore store = CellStore.open(folder);
        FramePackEngine engine = FramePack.open(config)) {
      RunIdentity identity = RunIdentity.of(engine, meter);
      Codebooks codebooks =
          Codebooks.fit(suite, identity, folder, (spec, file) -> fit(spec, engine, file));
      CellRecorder recorder =
          new CellRecorder(
              suite.name(),
              new EngineCellRunner(engine, meter, folder, isCancelled),
              RunTuple.of(engine, identity),
              Clock.systemUTC());
      return run(
          store,
          identity,
          codebooks,
          new LocalDispatcher(recorder, isCancelled),
          new RunProgress(err),
          chosen);
    }
  }

  private void fit(CodebookSpec spec, FramePackEngine engine, Path file) {
    err.printf("fitting codebook %s, %s codewords%n", spec.name(), spec.size());
    Codebooks.fit(spec, engine, file);
  }

  /**
   * Runs what is open, wherever the dispatcher does, and writes the report of all there is.
   *
   * @param store of the run's folder
   * @param identity of every engine the dispatcher uses
   * @param codebooks of the suite
   * @param chosen which cells may be run
   * @return exit code: 0, or 1 when a chosen cell failed
   */
  public int run(
      CellStore store,
      RunIdentity identity,
      Codebooks codebooks,
      CellDispatcher dispatcher,
      RunObserver observer,
      Predicate<Cell> chosen) {
    SuiteRun run =
        new SuiteRun(
            CellPlan.of(suite, scenes, full, identity, codebooks), store, dispatcher, observer);
    Runnable report = () -> new Report(suite, full, run.outcomes()).write(path);
    try {
      // After every round, so that a run of days can be looked at.
      run.run(chosen, report);
    } catch (Exception e) { // a cluster's own are checked, and not declared
      writeAfter(e, report);
      throw e;
    }
    report.run();
    err.printf("%s, results.csv and summary.csv are written%n", path.resolve("report.html"));
    return run.outcomes().stream()
            .filter(outcome -> chosen.test(outcome.cell()))
            .flatMap(outcome -> outcome.record().stream())
            .anyMatch(record -> record.status() == Status.FAILED)
        ? 1
        : 0;
  }

  /** What a stopped run has found, be it less than a round; the reason it stopped comes first. */
  private static void writeAfter(Exception stop, Runnable report) {
    try {
      report.run();
    } catch (OutputException e) {
      stop.addSuppressed(e);
    }
  }
}
