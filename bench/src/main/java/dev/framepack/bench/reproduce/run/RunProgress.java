package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.bench.reproduce.run.CellResult.Cost;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Progress for people: two lines a cell. */
public final class RunProgress implements RunObserver {
  private final PrintWriter err;
  private final RemainingTime remaining = new RemainingTime();
  private final long beginNanos = System.nanoTime();
  private List<Cell> open = List.of();
  private int finishedBefore;
  private int cells;
  private long cellNanos;

  public RunProgress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void begin(int all, List<Cell> cellsToRun, List<CellRecord> known) {
    cells = all;
    open = cellsToRun;
    finishedBefore = all - cellsToRun.size();
    for (CellRecord record : known) {
      CellResult result = record.result();
      if (result != null) {
        Cost cost = result.cost();
        double millis = cost == null ? 0 : cost.elapsedMillis();
        remaining.took(record.variant(), Duration.ofMillis(Math.round(millis)));
      }
    }
    err.printf(
        "%s cells, %s finished before, %s to run%s%n", cells, finishedBefore, open.size(), left(0));
  }

  @Override
  public void beginCell(int index, Cell cell) {
    cellNanos = System.nanoTime();
    err.printf("[%s/%s] %s%n", finishedBefore + index + 1, cells, cell);
    err.flush();
  }

  @Override
  public void endCell(int index, CellRecord record) {
    Duration took = since(cellNanos);
    switch (record.status()) {
      case DONE -> remaining.took(record.variant(), took);
      case REFUSED -> remaining.took(record.variant(), Duration.ZERO);
      case FAILED -> {} // may take any time when it is tried again
    }
    String what =
        record.status() == Status.DONE
            ? "done in " + text(took)
            : "%s: %s".formatted(record.status().name().toLowerCase(Locale.ROOT), record.reason());
    err.printf("        %s; %s so far%s%n", what, text(since(beginNanos)), left(index + 1));
    err.flush();
  }

  private String left(int index) {
    List<String> variants =
        open.subList(index, open.size()).stream().map(cell -> cell.variant().name()).toList();
    Optional<Duration> time = variants.isEmpty() ? Optional.empty() : remaining.of(variants);
    return time.map(duration -> ", about " + text(duration) + " to go").orElse("");
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  static String text(Duration duration) {
    if (duration.toSeconds() < 60) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }
    return duration.toHours() > 0
        ? String.format(
            Locale.ROOT,
            "%s:%02d:%02d h",
            duration.toHours(),
            duration.toMinutesPart(),
            duration.toSecondsPart())
        : String.format(Locale.ROOT, "%s:%02d min", duration.toMinutes(), duration.toSecondsPart());
  }
}
