package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.CancelledException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Runs the cells of a plan that are not finished yet. */
public final class SuiteRun {
  private final List<PlannedCell> plan;
  private final CellStore store;
  private final CellDispatcher dispatcher;
  private final RunObserver observer;

  /**
   * @param dispatcher what runs the cells
   */
  public SuiteRun(
      List<PlannedCell> plan, CellStore store, CellDispatcher dispatcher, RunObserver observer) {
    this.plan = List.copyOf(plan);
    this.store = store;
    this.dispatcher = dispatcher;
    this.observer = observer;
  }

  /**
   * Runs every chosen cell that has no final record; a refusal or a failure is a record too and
   * does not end the run.
   *
   * @param chosen which cells may be run
   * @param afterRound called when the last open variant of a scene and seed has a record
   * @throws CancelledException when asked to stop; every cell before is on disk
   * @throws dev.framepack.engine.FramePackException when the device is lost or the folder cannot be
   *     written
   */
  public void run(Predicate<Cell> chosen, Runnable afterRound) {
    List<PlannedCell> cells = plan.stream().filter(planned -> chosen.test(planned.cell())).toList();
    Set<String> keys = new HashSet<>();
    List<PlannedCell> open =
        cells.stream()
            .filter(planned -> !isFinished(planned.key()) && keys.add(planned.key()))
            .toList();
    int videos = Math.toIntExact(cells.stream().map(PlannedCell::key).distinct().count());
    observer.begin(
        videos,
        open.stream().map(PlannedCell::cell).toList(),
        cells.stream().flatMap(planned -> store.find(planned.key()).stream()).toList());
    Recording recording = new Recording(open, afterRound);
    try {
      dispatcher.dispatch(open, recording);
    } catch (CancelledException e) {
      throw new CancelledException(
          "CANCELLED",
          "stopped with %s of %s cells to go"
              .formatted(open.size() - recording.ended.size(), videos),
          "run the same command again to go on",
          e);
    }
  }

  private boolean isFinished(String key) {
    return store.find(key).filter(record -> record.status().isFinal()).isPresent();
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

  /** Puts records on disk and counts the rounds down. */
  private final class Recording implements CellDispatcher.Sink {
    private final List<PlannedCell> open;
    private final Runnable afterRound;
    private final Set<Integer> ended = new HashSet<>();
    private final Map<Round, Integer> openByRound = new HashMap<>();

    Recording(List<PlannedCell> open, Runnable afterRound) {
      this.open = open;
      this.afterRound = afterRound;
      open.forEach(planned -> openByRound.merge(Round.of(planned), 1, Integer::sum));
    }

    @Override
    public void began(int index) {
      observer.beginCell(index, open.get(index).cell());
    }

    @Override
    public void ended(int index, CellRecord record) {
      if (!ended.add(index)) {
        return;
      }
      store.append(record);
      observer.endCell(index, record);
      if (openByRound.merge(Round.of(open.get(index)), -1, Integer::sum) == 0) {
        afterRound.run();
      }
    }
  }

  private record Round(long seed, String scene) {
    static Round of(PlannedCell planned) {
      return new Round(planned.cell().seed(), planned.cell().scene().name());
    }
  }
}
