package dev.framepack.bench.reproduce.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.bench.reproduce.suite.Suites;
import dev.framepack.engine.CancelledException;
import dev.framepack.engine.EngineDeadException;
import dev.framepack.engine.NumericException;
import dev.framepack.engine.OutputException;
import dev.framepack.engine.VideoRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run ends whole wherever it is cut off, and goes on where it was. */
class ReproduceRunTest {
  private final StringWriter err = new StringWriter();
  private final List<String> made = new ArrayList<>();
  private List<String> names = List.of();
  private Suite suite;

  @TempDir Path folder;

  @BeforeEach
  void read() throws Exception {
    suite = Fixtures.suite(folder);
  }

  private CellRunner counting() {
    return (key, source, scene) -> {
      VideoRequest request = ((VideoSource.Generated) source).request();
      made.add(request.sampling().id() + " " + scene.name() + " " + request.seed());
      return Fixtures.result(1, "none.png");
    };
  }

  private List<Status> run(CellRunner runner) {
    return run(runner, "");
  }

  /** Runs variants whose name contains the text, and tells how every cell of the plan ended. */
  private List<Status> run(CellRunner runner, String only) {
    made.clear();
    try (RunFolder held = RunFolder.open(folder);
        CellStore store = CellStore.open(held)) {
      CellRecorder recorder =
          new CellRecorder(
              suite.name(),
              runner,
              Fixtures.TUPLE,
              Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
      SuiteRun run =
          new SuiteRun(
              CellPlan.of(suite, Fixtures.scenes(suite), false, Fixtures.IDENTITY, Codebooks.NONE),
              store,
              new LocalDispatcher(recorder, () -> false),
              new RunProgress(new PrintWriter(err, true)));
      run.run(cell -> cell.variant().name().contains(only), () -> {});
      List<CellRecord> records =
          run.outcomes().stream()
              .map(SuiteRun.CellOutcome::record)
              .flatMap(Optional::stream)
              .toList();
      names = records.stream().map(CellRecord::variant).toList();
      return records.stream().map(CellRecord::status).toList();
    }
  }

  private Path lines() {
    return folder.resolve("cells.jsonl");
  }

  @Test
  void finishedCellsAreNotRunAgain() throws Exception {
    assertThat(run(counting())).hasSize(12).containsOnly(Status.DONE, Status.REFUSED);
    assertThat(made).hasSize(8);
    byte[] before = Files.readAllBytes(lines());
    assertThat(run(counting())).hasSize(12);
    assertThat(made).isEmpty();
    assertThat(Files.readAllBytes(lines())).isEqualTo(before);
    assertThat(err.toString()).contains("12 cells, 12 finished before, 0 to run");
  }

  @Test
  void aTornLineIsCutAwayAndItsCellRunAgain() throws Exception {
    run(counting());
    String whole = Files.readString(lines());
    List<String> all = whole.lines().toList();
    // The last cell of all is a refusal; cut inside the one before it.
    int begin = whole.length() - all.getLast().length() - 1 - all.get(10).length() - 1;
    Files.writeString(lines(), whole.substring(0, begin + 100));
    assertThat(run(counting())).hasSize(12);
    assertThat(made).hasSize(1);
    assertThat(Files.readString(lines())).isEqualTo(whole);
  }

  @Test
  void aLineWithoutItsEndDoesNotCount() throws Exception {
    run(counting());
    String whole = Files.readString(lines());
    Files.writeString(lines(), whole.substring(0, whole.length() - 1));
    assertThat(run(counting())).hasSize(12);
    assertThat(Files.readString(lines())).isEqualTo(whole);
  }

  @Test
  void aDamagedLineIsNamed() throws Exception {
    run(counting());
    String whole = Files.readString(lines());
    int second = whole.indexOf('\n') + 1;
    Files.writeString(lines(), whole.substring(0, second) + "x" + whole.substring(second));
    assertThatThrownBy(() -> run(counting()))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("CELLS_DAMAGED")
        .hasMessageContaining("cells.jsonl line 2");
  }

  @Test
  void refusalsAndFailuresAreRecordsAndOnlyFailuresAreTriedAgain() throws Exception {
    CellRunner failing =
        (key, source, scene) -> {
          throw new NumericException("NUMERIC", "not finite", "", null);
        };
    assertThat(run(failing)).filteredOn(status -> status == Status.FAILED).hasSize(8);
    assertThat(Files.readString(lines(), StandardCharsets.UTF_8))
        .contains("NUMERIC: not finite")
        .contains("\"status\":\"REFUSED\"");
    assertThat(run(counting())).containsOnly(Status.DONE, Status.REFUSED);
    assertThat(made).hasSize(8);
  }

  @Test
  void aFaultOfTheProgramEndsItsCellAlone() {
    CellRunner faulty =
        (key, source, scene) -> {
          if (((VideoSource.Generated) source).request().seed() == 1) {
            throw new IllegalStateException("oops");
          }
          return counting().run(key, source, scene);
        };
    assertThat(run(faulty)).filteredOn(status -> status == Status.DONE).hasSize(4);
    assertThat(err.toString()).contains("failed: INTERNAL: java.lang.IllegalStateException: oops");
  }

  @Test
  void aLostDeviceEndsTheRun() {
    CellRunner dead =
        (key, source, scene) -> {
          made.add("once");
          throw new EngineDeadException("ENGINE_DEAD", "lost", "", null);
        };
    assertThatThrownBy(() -> run(dead)).isInstanceOf(EngineDeadException.class);
    assertThat(made).hasSize(1);
  }

  @Test
  void aStoppedRunKeepsWhatIsFinished() {
    CellRunner stopping =
        (key, source, scene) -> {
          if (made.size() == 3) {
            throw new CancelledException("CANCELLED", "stopped", "", null);
          }
          return counting().run(key, source, scene);
        };
    assertThatThrownBy(() -> run(stopping))
        .isInstanceOf(CancelledException.class)
        .hasMessageContaining("stopped with 8 of 12 cells to go; run the same command again");
    List<String> first = List.copyOf(made);
    assertThat(first).hasSize(3);
    run(counting());
    assertThat(made).hasSize(5).doesNotContainAnyElementsOf(first);
  }

  @Test
  void onlyChosenVariantsAreRunAndTheRestStays() {
    assertThat(run(counting(), "one")).hasSize(4);
    assertThat(made).hasSize(4).allSatisfy(name -> assertThat(name).startsWith("inverted"));
    assertThat(run(counting(), "two")).hasSize(8);
    assertThat(made).hasSize(4);
  }

  @Test
  void variantsThatComeToTheSameVideoShareIt() throws Exception {
    String yaml = Fixtures.YAML.replace("packing: nonsense", "sampling: f1");
    suite = Suites.find(Files.writeString(folder.resolve("same.yaml"), yaml).toString());
    assertThat(run(counting())).hasSize(12).containsOnly(Status.DONE);
    assertThat(made).hasSize(8);
    assertThat(names).containsExactlyElementsOf(planned());
    assertThat(err.toString()).contains("8 cells, 0 finished before, 8 to run", "[8/8] ");
    run(counting());
    assertThat(err.toString()).contains("8 cells, 8 finished before, 0 to run");
  }

  private List<String> planned() {
    return CellPlan.of(suite, Fixtures.scenes(suite), false, Fixtures.IDENTITY, Codebooks.NONE)
        .stream()
        .map(planned -> planned.cell().variant().name())
        .toList();
  }

  /** As it comes from elsewhere: in any order, and from an attempt that was thought lost too. */
  @Test
  void theFirstRecordOfACellCountsInWhateverOrderTheyCome() throws Exception {
    CellRecorder recorder =
        new CellRecorder(suite.name(), counting(), Fixtures.TUPLE, Clock.systemUTC());
    CellDispatcher backwards =
        (open, sink) -> {
          for (int i = open.size() - 1; i >= 0; i--) {
            sink.ended(i, recorder.record(open.get(i)));
            sink.ended(i, recorder.record(open.get(i)));
          }
        };
    int[] rounds = new int[1];
    try (RunFolder held = RunFolder.open(folder);
        CellStore store = CellStore.open(held)) {
      new SuiteRun(
              CellPlan.of(suite, Fixtures.scenes(suite), false, Fixtures.IDENTITY, Codebooks.NONE),
              store,
              backwards,
              new RunProgress(new PrintWriter(err, true)))
          .run(cell -> true, () -> rounds[0]++);
    }
    assertThat(Files.readAllLines(lines())).hasSize(12).doesNotHaveDuplicates();
    assertThat(rounds[0]).isEqualTo(4);
  }

  @Test
  void twoRunsInOneFolderAreRefused() {
    try (RunFolder held = RunFolder.open(folder)) {
      assertThat(held.path()).isEqualTo(folder);
      assertThatThrownBy(() -> RunFolder.open(folder))
          .isInstanceOf(OutputException.class)
          .hasMessageContaining("OUTPUT_LOCKED");
    }
    try (RunFolder again = RunFolder.open(folder)) {
      assertThat(again.path()).isEqualTo(folder);
    }
  }

  @Test
  void progressTellsWhatIsToGo() {
    run(counting());
    assertThat(err.toString())
        .contains("12 cells, 0 finished before, 12 to run")
        .contains("[1/12] one, built-in, seed 1")
        .contains("refused: ")
        .contains("to go");
  }
}
