package dev.framepack.bench.reproduce.run;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code cells.jsonl}.
 *
 * @param key see {@link PlannedCell#key()}
 * @param request as run, in canonical form
 * @param reason of a refusal or failure; empty when done
 * @param result null unless done
 * @param finishedAt ISO 8601, UTC
 */
public record CellRecord(
    String key,
    String suite,
    String variant,
    String scene,
    long seed,
    Status status,
    String reason,
    Map<String, Object> request,
    @Nullable CellResult result,
    RunTuple tuple,
    String finishedAt) {

  /** The same record under the names of a cell that has the same key. */
  CellRecord namedAs(Cell cell) {
    return new CellRecord(
        key,
        suite,
        cell.variant().name(),
        cell.scene().name(),
        cell.seed(),
        status,
        reason,
        request,
        result,
        tuple,
        finishedAt);
  }

  /** How a cell ended. */
  public enum Status {
    DONE,
    /** The engine does not make such a video; asking again would not help. */
    REFUSED,
    /** Something went wrong; it is tried again in the next run. */
    FAILED;

    /** Whether a cell that ended so is left alone in the next run. */
    boolean isFinal() {
      return this != FAILED;
    }
  }
}
