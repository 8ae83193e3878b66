package dev.framepack.bench.reproduce;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which machines run a reproduction. */
public final class ClusterOptions {
  /** What is written of a run, besides the report. */
  public enum Format {
    /** {@code cells.jsonl} alone. */
    JSONL,
    /** {@code results.parquet} too. */
    PARQUET
  }

  @Option(
      names = "--master",
      paramLabel = "URL",
      required = true,
      description = "local[N] for N cores of this machine, or spark://HOST:PORT.")
  String master = "";

  @Option(
      names = "--executor-cores",
      paramLabel = "N",
      description =
          "Cores of one executor, which has one engine; default: local[N]'s, or as many as here.")
  @Nullable Integer executorCores;

  @Option(
      names = "--gpus-per-executor",
      paramLabel = "N",
      description = "GPUs of one executor, an engine each; default 0. Not with local[N].")
  int gpusPerExecutor;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "jsonl (default), or parquet: results.parquet too.")
  Format format = Format.JSONL;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "Any other property of Spark, such as spark.executor.memory=8g.")
  Map<String, String> properties = new LinkedHashMap<>();

  /** Spark's URL. */
  public String master() {
    return master;
  }

  /** Cores of one executor; null where it was not said. */
  public @Nullable Integer executorCores() {
    return executorCores;
  }

  /** GPUs of one executor, 0 for none. */
  public int gpusPerExecutor() {
    return gpusPerExecutor;
  }

  public Format format() {
    return format;
  }

  /** Properties that win over all others. */
  public Map<String, String> properties() {
    return properties;
  }
}
