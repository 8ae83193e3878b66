package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.run.CellRunner;
import dev.framepack.bench.reproduce.run.Pictures;
import dev.framepack.bench.reproduce.run.RunIdentity;
import dev.framepack.bench.reproduce.run.RunTuple;
import dev.framepack.bench.reproduce.suite.CodebookSpec;
import java.io.Serializable;
import java.util.function.BooleanSupplier;

/** What runs cells in an executor; one cell at a time. */
interface CellHost extends AutoCloseable {

  /** What decides its results besides the request. */
  RunIdentity identity();

  /** What it runs on. */
  RunTuple tuple();

  /**
   * Fits a codebook.
   *
   * @return its file's content
   */
  byte[] codebook(CodebookSpec spec);

  /**
   * For one cell.
   *
   * @param pictures takes those of the cell
   * @param cancelled asked between steps
   */
  CellRunner runner(Pictures pictures, BooleanSupplier cancelled);

  @Override
  void close();

  /** Travels to the executors; equal ones open equal hosts. */
  interface Factory extends Serializable {

    /**
     * Opens a host in this process.
     *
     * @param device which GPU, as the driver counts, from 0
     * @throws dev.framepack.engine.FramePackException when it cannot run here
     */
    CellHost open(int device);
  }
}
