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
import org.jspecify.annotations.Nullable;

/** Runs a cell and tells how it ended. */
public final class CellRecorder {
  private final String suite;
  private final CellRunner runner;
  private final RunTuple tuple;
  private final Clock clock;

  /**
   * @param suite name
   * @param tuple of what the runner runs on
   * @param clock for the time a cell was finished at
   */
  public CellRecorder(String suite, CellRunner runner, RunTuple tuple, Clock clock) {
    this.suite = suite;
    this.runner = runner;
    this.tuple = tuple;
    this.clock = clock;
  }

  /**
   * The record of a cell; a refusal or a failure is a record too.
   *
   * @throws CancelledException when asked to stop
   * @throws FramePackException when the device is lost or the folder cannot be written
   */
  public CellRecord record(PlannedCell planned) {
    if (planned.source().isEmpty()) {
      return record(planned, Status.REFUSED, planned.refusal(), null);
    }
    try {
      CellResult result = runner.run(planned.key(), planned.source().get(), planned.cell().scene());
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
}
