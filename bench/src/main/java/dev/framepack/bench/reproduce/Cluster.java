package dev.framepack.bench.reproduce;

import dev.framepack.bench.reproduce.run.Cell;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Runs a reproduction on more than one machine. Its libraries are large, so it is not in the
 * program's class path unless asked for; found through {@link java.util.ServiceLoader}.
 */
public interface Cluster {

  /**
   * Runs what is open and writes the report of all there is.
   *
   * @param engine options of the engine on every machine
   * @param chosen which cells may be run
   * @param isCancelled true once the run is to stop
   * @return exit code: 0, or 1 when a chosen cell failed
   * @throws dev.framepack.engine.FramePackException when the run cannot begin or go on
   */
  int run(
      Reproduction reproduction,
      ClusterOptions options,
      EngineArguments engine,
      Predicate<Cell> chosen,
      BooleanSupplier isCancelled);
}
