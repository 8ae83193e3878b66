package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.ClusterOptions;
import dev.framepack.engine.InvalidRequestException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * What Spark is started with.
 *
 * <p>A task takes all cores of its executor, or of its GPU: an engine runs one cell at a time and
 * uses every core it is given, so a second task beside it would only hold a cell back.
 *
 * @param conf for the context
 * @param coresOfATask threads an engine should have
 */
record SparkSettings(SparkConf conf, int coresOfATask) {
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\*|[1-9]\\d{0,3})])?");

  /**
   * The settings of a run.
   *
   * @throws InvalidRequestException when the options do not go together
   */
  static SparkSettings of(ClusterOptions options) {
    Matcher local = LOCAL.matcher(options.master());
    boolean isLocal = local.matches();
    int gpus = options.gpusPerExecutor();
    if (isLocal && options.executorCores() != null) {
      throw refused(
          "--executor-cores: %s says it already".formatted(options.master()), "leave one out");
    }
    if (isLocal && gpus != 0) {
      throw refused(
          "--gpus-per-executor: Spark schedules no GPUs with " + options.master(),
          "start spark-master and spark-worker --gpus on this machine, or leave --master out");
    }
    int cores = isLocal ? localCores(local.group(1)) : executorCores(options.executorCores());
    if (gpus < 0 || gpus > cores) {
      throw refused(
          "--gpus-per-executor: expected 0 to %d, a core for each, found %d".formatted(cores, gpus),
          "raise --executor-cores");
    }
    int coresOfATask = cores / Math.max(1, gpus);
    SparkConf conf =
        new SparkConf()
            .setMaster(options.master())
            .setAppName("framepack reproduce")
            .set("spark.executor.cores", String.valueOf(cores))
            .set("spark.task.cpus", String.valueOf(coresOfATask))
            // A second copy of a slow cell would be work for nothing: only one is written down.
            .set("spark.speculation", "false")
            // An engine whose device is lost refuses every cell at once and would eat all attempts.
            .set("spark.excludeOnFailure.enabled", "true")
            .set("spark.excludeOnFailure.stage.maxFailedTasksPerExecutor", "1")
            // The next executor on that machine is a new process, which may well have a device.
            .set("spark.excludeOnFailure.stage.maxFailedExecutorsPerNode", "1000000")
            // Results are written down as they come and not kept, so their sum may be any.
            .set("spark.driver.maxResultSize", "0")
            // Spark's own scripts set it; a worker started without them needs it to find its jars.
            .set("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
            .set("spark.ui.enabled", "false");
    if (gpus > 0) {
      conf.set("spark.executor.resource.gpu.amount", String.valueOf(gpus))
          .set("spark.task.resource.gpu.amount", "1");
    }
    options.properties().forEach(conf::set);
    return new SparkSettings(conf, coresOfATask);
  }

  private static int localCores(@Nullable String count) {
    if (count == null) {
      return 1;
    }
    return count.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(count);
  }

  private static int executorCores(@Nullable Integer given) {
    if (given == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (given < 1) {
      throw refused("--executor-cores: expected 1 or more, found " + given, "raise it");
    }
    return given;
  }

  private static InvalidRequestException refused(String what, String remedy) {
    return new InvalidRequestException("REQUEST_INVALID", what, remedy, null);
  }
}
