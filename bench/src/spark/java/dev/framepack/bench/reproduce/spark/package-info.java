/**
 * A reproduction on Apache Spark: a cell is a task, an executor has an engine, and the driver alone
 * writes the run's folder.
 *
 * <p>The first way in is {@link dev.framepack.bench.reproduce.spark.SparkCluster}; what runs in an
 * executor begins at {@code CellFunction}.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.reproduce.spark;
