package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.run.RunObserver;

/** Told how a run on Spark gets on; beginnings of cells are not known to it. */
interface SparkObserver extends RunObserver {

  /**
   * A cell is finished and about to be written down.
   *
   * @param index among the open cells, from 0
   * @param place executor and machine
   */
  void ranOn(int index, String place);
}
