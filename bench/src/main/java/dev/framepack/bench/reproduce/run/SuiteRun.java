package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.engine.CancelledException;
import dev.framepack.engine.DeviceFaultException;
import dev.framepack.engine.EngineDeadException;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.ModelMismatchException;
import dev.framepack.engine.OutputException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Runs the cells of a plan that are not finished yet. */
public final class SuiteRun {
  private final String suite;
  private final List<PlannedCell> plan;
  private final CellStore store;
  private final CellRunner runner;
  private final RunTuple tuple;
  private final RunObserver observer;
  private final Clock clock;

  /**
   * @param suite name
   * @param clock for the time a cell was finished at
   */
  public SuiteRun(
      String suite,
      List<PlannedCell> plan,
      CellStore store,
      CellRunner runner,
      RunTuple tuple,
      RunObserver observer,
      Clock clock) {
    this.suite = suite;
    this.plan = List.copyOf(plan);
    this.store = store;
    this.runner = runner;
    this.tuple = tuple;
    this.observer = observer;
    this.clock = clock;
  }

  /**
   * Runs every chosen cell that has no final record; a refusal or a failure is a record too and
   * does not end the run.
   *
   * @param chosen which cells may be run
   * @param isCancelled asked before every cell
   * @param afterRound called when the last open variant of a scene and seed has a record
   * @throws CancelledException when asked to stop; every cell before is on disk
   * @throws FramePackException when the device is lost or the folder cannot be written
   */
  public void run(Predicate<Cell> chosen, BooleanSupplier isCancelled, Runnable afterRound) {
    List<PlannedCell> cells = plan.stream().filter(planned -> chosen.test(planned.cell())).toList();
    Set<String> keys = new HashSet<>();
    List<PlannedCell> open =
        cells.stream().filter(planned -> !isFinished(planned) && keys.add(planned.key())).toList();
    observer.begin(
        cells.size(),
        open.stream().map(PlannedCell::cell).toList(),
        cells.stream().flatMap(planned -> store.find(planned.key()).stream()).toList());
    for (int i = 0; i < open.size(); i++) {
      if (isCancelled.getAsBoolean()) {
        throw cancelled(open.size() - i, cells.size(), null);
      }
      PlannedCell planned = open.get(i);
      observer.beginCell(i, planned.cell());
      CellRecord record;
      try {
        record = run(planned);
      } catch (CancelledException e) {
        throw cancelled(open.size() - i, cells.size(), e);
      }
      store.append(record);
      observer.endCell(i, record);
      if (i + 1 == open.size() || !isSameRound(planned.cell(), open.get(i + 1).cell())) {
        afterRound.run();
      }
    }
  }

  private static CancelledException cancelled(
      int open, int cells, @Nullable CancelledException cause) {
    return new CancelledException(
        "CANCELLED",
        "stopped with %d of %d cells to go".formatted(open, cells),
        "run the same command again to go on",
        cause);
  }

  private static boolean isSameRound(Cell a, Cell b) {
    return a.seed() == b.seed() && a.scene().name().equals(b.scene().name());
  }

  private boolean isFinished(PlannedCell planned) {
    return store.find(planned.key()).filter(record -> record.status().isFinal()).isPresent();
  }

  private CellRecord run(PlannedCell planned) {
    if (planned.request().isEmpty()) {
      return record(planned, Status.REFUSED, planned.refusal(), null);
    }
    try {
      CellResult result =
          runner.run(planned.key(), planned.request().get(), planned.cell().scene());
      return record(planned, Status.DONE, "", result);
    } catch (InvalidRequestException | ModelMismatchException e) {
      return record(planned, Status.REFUSED, String.valueOf(e.getMessage()), null);
    } catch (CancelledException | EngineDeadException | DeviceFaultException | OutputException e) {
      throw e; // the next cell would end no better
    } catch (FramePackException e) {
      return record(planned, Status.FAILED, String.valueOf(e.getMessage()), null);
    } catch (RuntimeException e) {
      return record(planned, Status.FAILED, "INTERNAL: " + e, null);
    }
  }

  private CellRecord record(
      PlannedCell planned, Status status, String reason, @Nullable CellResult result) {
    Cell cell = planned.cell();
    return new CellRecord(
        planned.key(),
        suite,
        cell.variant().name(),
        cell.scene().name(),
        cell.seed(),
        status,
        reason,
        planned.canonical(),
        result,
        tuple,
        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /**
   * Every cell of the plan with what is known of it. Cells that come to the same video share a
   * record, each under its own name.
   */
  public List<CellOutcome> outcomes() {
    return plan.stream()
        .map(planned ->
            new CellOutcome(
                planned.cell(),
                store.find(planned.key()).map(record -> record.namedAs(planned.cell()))))
        .toList();
  }

  /** A cell and its record, once it has one. */
  public record CellOutcome(Cell cell, Optional<CellRecord> record) {}
}
