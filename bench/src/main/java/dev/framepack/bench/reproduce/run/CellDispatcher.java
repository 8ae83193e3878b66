package dev.framepack.bench.reproduce.run;

import java.util.List;

/** Brings open cells to their records: here one after the other, or elsewhere in any order. */
public interface CellDispatcher {

  /**
   * Returns when every cell has a record.
   *
   * @param open in the order they should begin in
   * @throws dev.framepack.engine.CancelledException when asked to stop
   * @throws dev.framepack.engine.FramePackException when the run cannot go on
   */
  void dispatch(List<PlannedCell> open, Sink sink);

  /** Takes what becomes of the cells; called by one thread at a time. */
  interface Sink {

    /**
     * A cell begins, where that can be told.
     *
     * @param index among the open cells, from 0
     */
    void began(int index);

    /**
     * A cell has its record, which is on disk when this returns. The first record of a cell counts;
     * a second is passed over.
     *
     * @param index among the open cells, from 0
     */
    void ended(int index, CellRecord record);
  }
}
