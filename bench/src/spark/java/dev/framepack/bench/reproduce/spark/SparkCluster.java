package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.Cluster;
import dev.framepack.bench.reproduce.ClusterOptions;
import dev.framepack.bench.reproduce.ClusterOptions.Format;
import dev.framepack.bench.reproduce.EngineArguments;
import dev.framepack.bench.reproduce.Reproduction;
import dev.framepack.bench.reproduce.run.AtomicFile;
import dev.framepack.bench.reproduce.run.Cell;
import dev.framepack.bench.reproduce.run.CellStore;
import dev.framepack.bench.reproduce.run.Codebooks;
import dev.framepack.bench.reproduce.run.RunFolder;
import dev.framepack.bench.reproduce.run.RunIdentity;
import dev.framepack.bench.reproduce.suite.CodebookSpec;
import dev.framepack.engine.CancelledException;
import dev.framepack.engine.FramePackException;
import dev.framepack.weights.WeightException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/** Runs a reproduction on Spark; this process is the driver and opens no engine unless local. */
public final class SparkCluster implements Cluster {
  private static final String LAST_FAILURE = "Most recent failure:";

  @Override
  public int run(
      Reproduction reproduction,
      ClusterOptions options,
      EngineArguments engine,
      Predicate<Cell> chosen,
      BooleanSupplier isCancelled) {
    SparkSettings settings = SparkSettings.of(options);
    EngineArguments threaded = engine.orElse("--threads", String.valueOf(settings.coresOfATask()));
    int exit =
        run(
            reproduction,
            settings.conf(),
            new EngineHost.Factory(threaded),
            new SparkProgress(reproduction.err()),
            chosen,
            isCancelled);
    if (options.format() == Format.PARQUET) {
      ParquetTable.write(reproduction.path());
      reproduction.err().printf("%s is written%n", ParquetTable.in(reproduction.path()));
    }
    return exit;
  }

  /** As above, with anything that runs cells. */
  static int run(
      Reproduction reproduction,
      SparkConf conf,
      CellHost.Factory hosts,
      SparkObserver observer,
      Predicate<Cell> chosen,
      BooleanSupplier isCancelled) {
    try (RunFolder folder = RunFolder.open(reproduction.path());
        CellStore store = CellStore.open(folder);
        JavaSparkContext spark = new JavaSparkContext(conf)) {
      try {
        return run(reproduction, spark, hosts, folder, store, observer, chosen);
      } catch (Exception e) {
        throw spark.sc().isStopped() ? ended(spark.master(), e) : e;
      }
    } catch (Exception e) { // Spark's own are checked, and not declared
      throw failure(e, isCancelled.getAsBoolean());
    } finally {
      ExecutorHosts.close();
    }
  }

  private static int run(
      Reproduction reproduction,
      JavaSparkContext spark,
      CellHost.Factory hosts,
      RunFolder folder,
      CellStore store,
      SparkObserver observer,
      Predicate<Cell> chosen) {
    RunIdentity identity = identity(spark, hosts);
    Codebooks codebooks =
        Codebooks.fit(
            reproduction.suite(),
            identity,
            folder,
            (spec, file) -> AtomicFile.write(file, codebook(spark, hosts, spec)));
    SparkDispatcher dispatcher =
        new SparkDispatcher(
            spark,
            hosts,
            reproduction.suite().name(),
            reproduction.isFull(),
            identity,
            codebooks,
            folder,
            observer);
    return reproduction.run(store, identity, codebooks, dispatcher, observer, chosen);
  }

  /** Asked of an executor, since only there the model and the device need to be. */
  private static RunIdentity identity(JavaSparkContext spark, CellHost.Factory hosts) {
    return spark
        .parallelize(List.of(0), 1)
        .map(any -> ExecutorHosts.get(hosts, TaskDevice.of(TaskContext.get())).identity())
        .first();
  }

  /** Fitted once and sent to all, so that all cells are decided by the same bits. */
  private static byte[] codebook(
      JavaSparkContext spark, CellHost.Factory hosts, CodebookSpec spec) {
    return spark
        .parallelize(List.of(spec), 1)
        .map(it -> ExecutorHosts.get(hosts, TaskDevice.of(TaskContext.get())).codebook(it))
        .first();
  }

  private static ClusterException ended(String master, Exception cause) {
    return new ClusterException(
        "SPARK_ENDED",
        "the master %s does not answer, or has ended the run".formatted(master),
        "check that it runs, and run the same command again to go on",
        cause);
  }

  /** The engine's own failure where there is one below, so that exit codes stay what they are. */
  private static RuntimeException failure(Exception e, boolean isCancelled) {
    if (isCancelled && !(e instanceof CancelledException)) {
      return new CancelledException(
          "CANCELLED", "stopped", "run the same command again to go on", e);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof FramePackException || cause instanceof WeightException) {
        return (RuntimeException) cause;
      }
    }
    return new ClusterException(
        "SPARK_FAILED",
        line(String.valueOf(e.getMessage())),
        "see the lines above and the logs of the workers",
        e);
  }

  /** Of Spark's many the one that says what happened. */
  private static String line(String message) {
    int begin = Math.max(0, message.indexOf(LAST_FAILURE));
    return message
        .substring(begin)
        .replaceFirst(LAST_FAILURE, "")
        .lines()
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElse("no reason given");
  }
}
