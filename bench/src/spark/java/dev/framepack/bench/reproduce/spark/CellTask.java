package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.run.PlannedCell;
import dev.framepack.bench.reproduce.suite.Variant;
import java.io.Serializable;

/**
 * A cell on its way to an executor.
 *
 * @param scene name; the scenes themselves are sent once to each executor
 * @param key the executor must come to as well
 */
record CellTask(Variant variant, String scene, long seed, String key) implements Serializable {

  static CellTask of(PlannedCell planned) {
    return new CellTask(
        planned.cell().variant(),
        planned.cell().scene().name(),
        planned.cell().seed(),
        planned.key());
  }
}
