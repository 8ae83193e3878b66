package dev.framepack.bench.reproduce.spark;

import dev.framepack.bench.reproduce.run.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** {@code results.parquet}: the rows of {@code results.csv}, with types. */
final class ParquetTable {
  private ParquetTable() {}

  /** Where it lies in a run's folder. */
  static Path in(Path run) {
    return run.resolve("results.parquet");
  }

  /**
   * Writes it from the run's {@code results.csv}. Here and not on the workers, which would write to
   * their own disks.
   *
   * @throws dev.framepack.engine.OutputException when Spark cannot be ended
   */
  static void write(Path run) {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      spark
          .read()
          .option("header", true)
          .option("inferSchema", true)
          .csv(run.resolve("results.csv").toUri().toString())
          .coalesce(1)
          .write()
          .mode(SaveMode.Overwrite)
          .parquet(in(run).toUri().toString());
    } catch (IOException e) {
      throw AtomicFile.failure(in(run), e);
    }
  }
}
