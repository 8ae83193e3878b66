package dev.framepack.bench.reproduce.spark;

import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/** The GPU that Spark gave a task. */
final class TaskDevice {
  /** Spark's own name for them. */
  static final String RESOURCE = "gpu";

  private TaskDevice() {}

  /**
   * The device's ordinal; 0 where the task has no GPU of Spark's.
   *
   * @throws ClusterException {@code GPU_ADDRESS} when the address is no ordinal
   */
  static int of(TaskContext task) {
    @Nullable ResourceInformation gpus = task.resourcesJMap().get(RESOURCE);
    return gpus == null ? 0 : ordinal(gpus.addresses());
  }

  static int ordinal(String... addresses) {
    if (addresses.length != 1 || !addresses[0].matches("\\d{1,4}")) {
      throw new ClusterException(
          "GPU_ADDRESS",
          "GPU of a task: expected one ordinal as the driver counts, found "
              + String.join(",", addresses),
          "let the discovery script print indices, as the one of spark-worker --gpus does",
          null);
    }
    return Integer.parseInt(addresses[0]);
  }
}
