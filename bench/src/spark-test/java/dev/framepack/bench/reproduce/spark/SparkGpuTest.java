package dev.framepack.bench.reproduce.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.bench.reproduce.ClusterOptions;
import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.Reproduction;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.bench.reproduce.spark.FakeHost.Fault;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** A worker that says it has two GPUs, which Spark's own scheduling lends. */
class SparkGpuTest {
  @TempDir static Path shared;
  private static StandaloneCluster cluster;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    Path script =
        Files.writeString(
            shared.resolve("gpus.sh"),
            "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}'\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    cluster = new StandaloneCluster(shared);
    cluster.startWorker(
        2, List.of("-Dspark.worker.resource.gpu.discoveryScript=" + script), "--gpus", "2");
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  /** The eight cells of the suite that are not refused. */
  private List<CellRecord> run(Fault fault, String... options) throws Exception {
    ClusterOptions read = new ClusterOptions();
    CommandLine.populateCommand(
        read, ("--master=" + cluster.url() + " " + String.join(" ", options)).split(" ", -1));
    PrintWriter err = new PrintWriter(new StringWriter());
    int exit =
        SparkCluster.run(
            new Reproduction(Fixtures.suite(folder), false, folder.resolve("run"), err),
            cluster.onThis(SparkSettings.of(read).conf()),
            new FakeHost.Factory(fault),
            new SparkProgress(err),
            cell -> !cell.variant().name().equals("three"),
            () -> false);
    assertThat(exit).isZero();
    assertThat(folder.resolve("run/thumbnails/none.png")).hasContent("png");
    return Files.readAllLines(folder.resolve("run/cells.jsonl")).stream()
        .map(line -> JsonMapper.shared().readValue(line, CellRecord.class))
        .toList();
  }

  private static void assertDoneOn(List<CellRecord> cells, String... devices) {
    assertThat(cells).hasSize(8).allMatch(cell -> cell.status() == Status.DONE);
    assertThat(cells).extracting(cell -> cell.tuple().backend()).containsOnly(devices);
  }

  @Test
  @Timeout(180)
  void twoTasksOfAnExecutorHaveADeviceEach() throws Exception {
    assertDoneOn(
        run(Fault.NONE, "--executor-cores=2", "--gpus-per-executor=2"), "device 0", "device 1");
  }

  @Test
  @Timeout(180)
  void twoExecutorsOfAWorkerHaveADeviceEachAndALostOneLeavesItsCellsToTheOther() throws Exception {
    assertDoneOn(
        run(Fault.DEVICE_0_LOST, "--executor-cores=1", "--gpus-per-executor=1"), "device 1");
  }

  @Test
  @Timeout(180)
  void theOnlyDeviceLostEndsTheRun() {
    assertThatThrownBy(
            () -> {
              run(
                  Fault.DEVICE_0_LOST,
                  "--executor-cores=1",
                  "--gpus-per-executor=1",
                  "--conf=spark.cores.max=1");
            })
        .isInstanceOf(ClusterException.class)
        .hasMessageStartingWith("SPARK_FAILED: ")
        .hasMessageContaining("ENGINE_DEAD: the device was lost");
  }
}
