package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.run.Cell;
import dev.framepack.bench.reproduce.run.CellRecord;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Progress for people: a line for every cell that ends. */
final class SparkProgress implements SparkObserver {
  private final PrintWriter err;
  private final long beginNanos = System.nanoTime();
  private List<Cell> open = List.of();
  private int cells;
  private int ended;
  private String place = "";

  SparkProgress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void begin(int all, List<Cell> cellsToRun, List<CellRecord> known) {
    cells = all;
    open = cellsToRun;
    err.printf(
        "%d cells, %d finished before, %d to run%n", cells, cells - open.size(), open.size());
    err.flush();
  }

  @Override
  public void beginCell(int index, Cell cell) {}

  @Override
  public void ranOn(int index, String where) {
    place = where;
  }

  @Override
  public void endCell(int index, CellRecord record) {
    ended++;
    String how = record.status().name().toLowerCase(Locale.ROOT);
    Duration spent = Duration.ofNanos(System.nanoTime() - beginNanos);
    Duration left = spent.multipliedBy(open.size() - ended).dividedBy(ended);
    err.printf(
        "[%d/%d] %s: %s on %s; %s so far, about %s to go%n",
        cells - open.size() + ended,
        cells,
        open.get(index),
        record.reason().isEmpty() ? how : how + " (" + record.reason() + ")",
        place,
        text(spent),
        text(left));
    err.flush();
  }

  private static String text(Duration duration) {
    return String.format(
        Locale.ROOT,
        "%d:%02d:%02d",
        duration.toHours(),
        duration.toMinutesPart(),
        duration.toSecondsPart());
  }
}
