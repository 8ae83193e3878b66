package dev.framepack.bench.reproduce.run;

import java.util.List;

/** Told how a run gets on. */
public interface RunObserver {

  /**
   * The run begins.
   *
   * @param cells chosen, those finished before included; those that come to the same video are one
   * @param open those to be run now, in order
   * @param known records of chosen cells from earlier runs
   */
  void begin(int cells, List<Cell> open, List<CellRecord> known);

  /**
   * A cell begins.
   *
   * @param index among the open cells, from 0
   */
  void beginCell(int index, Cell cell);

  /** The record is on disk. */
  void endCell(int index, CellRecord record);
}
