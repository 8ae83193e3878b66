package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.CancelledException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Runs cells in this process, one after the other. */
public final class LocalDispatcher implements CellDispatcher {
  private final CellRecorder recorder;
  private final BooleanSupplier cancelled;

  /**
   * @param cancelled asked before every cell
   */
  public LocalDispatcher(CellRecorder recorder, BooleanSupplier cancelled) {
    this.recorder = recorder;
    this.cancelled = cancelled;
  }

  @Override
  public void dispatch(List<PlannedCell> open, Sink sink) {
    for (int i = 0; i < open.size(); i++) {
      if (cancelled.getAsBoolean()) {
        throw new CancelledException("CANCELLED", "stopped between two cells", "", null);
      }
      sink.began(i);
      sink.ended(i, recorder.record(open.get(i)));
    }
  }
}
