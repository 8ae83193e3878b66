package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.CellRunner;
import dev.framepack.bench.reproduce.run.Pictures;
import dev.framepack.bench.reproduce.run.RunIdentity;
import dev.framepack.bench.reproduce.run.RunTuple;
import dev.framepack.bench.reproduce.suite.CodebookSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;

/** An engine that goes on to its second cell when every executor has finished one. */
record GatedHost(CellHost engine, Path gate, int executors) implements CellHost {

  /**
   * Opens them.
   *
   * @param gate folder with a file for every executor that has finished a cell
   * @param executors to wait for
   */
  record Factory(CellHost.Factory engines, String gate, int executors) implements CellHost.Factory {
    @Override
    public CellHost open(int device) {
      return new GatedHost(engines.open(device), Path.of(gate), executors);
    }
  }

  @Override
  public RunIdentity identity() {
    return engine.identity();
  }

  @Override
  public RunTuple tuple() {
    return engine.tuple();
  }

  @Override
  public byte[] codebook(CodebookSpec spec) {
    return engine.codebook(spec);
  }

  @Override
  public CellRunner runner(Pictures pictures, BooleanSupplier cancelled) {
    CellRunner runner = engine.runner(pictures, cancelled);
    return (key, request, scene) -> {
      try {
        Path mark = gate.resolve(SparkEnv.get().executorId());
        while (Files.exists(mark) && finished() < executors) {
          Thread.sleep(20);
        }
        CellResult result = runner.run(key, request, scene);
        Files.write(mark, new byte[0]);
        return result;
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private long finished() throws IOException {
    try (Stream<Path> marks = Files.list(gate)) {
      return marks.count();
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
