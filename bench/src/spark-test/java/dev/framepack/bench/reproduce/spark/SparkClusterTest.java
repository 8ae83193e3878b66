package dev.framepack.bench.reproduce.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.bench.reproduce.ClusterOptions;
import dev.framepack.bench.reproduce.EngineArguments;
import dev.framepack.bench.reproduce.Reproduction;
import dev.framepack.bench.reproduce.run.Cell;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.bench.reproduce.suite.Suites;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** Two workers with an engine each, one of which is killed while it runs a cell. */
class SparkClusterTest {
  private static final int CELLS = 12;
  private static final String SUITE =
      """
      name: twelve
      title: Two orders
      defaults: {seconds: 1.2, steps: 1, width: 64, height: 64}
      scenes: [built-in, "random:1", "random:2", "random:3", "random:4", "random:5"]
      seeds: [1]
      variants:
        - {name: inverted, sampling: inverted}
        - {name: f1, sampling: f1}
      """;

  /** Counts attempts of cells that came to nothing. */
  public static final class LostAttempts extends SparkListener {
    private static final AtomicInteger COUNT = new AtomicInteger();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (!Success$.MODULE$.equals(end.reason())) {
        COUNT.incrementAndGet();
      }
    }
  }

  /** Kills a worker once both have finished a cell. */
  private static final class Killer implements SparkObserver {
    private final StandaloneCluster cluster;

    /** In the order their cells ended. */
    private final List<String> executors = new ArrayList<>();

    private String killed = "";
    private int endedBefore;

    Killer(StandaloneCluster cluster) {
      this.cluster = cluster;
    }

    @Override
    public void begin(int cells, List<Cell> open, List<CellRecord> known) {}

    @Override
    public void beginCell(int index, Cell cell) {}

    @Override
    public void ranOn(int index, String place) {
      executors.add(place.split(" ", -1)[1]);
    }

    /** The one whose cell has just ended lives; the other has its second cell in hand. */
    @Override
    public void endCell(int index, CellRecord record) {
      List<String> others =
          executors.stream().filter(other -> !other.equals(executors.getLast())).toList();
      if (killed.isEmpty() && !others.isEmpty()) {
        killed = others.getFirst();
        endedBefore = executors.size();
        cluster.workerOf(killed).kill();
      }
    }
  }

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void everyCellIsRecordedOnceThoughAWorkerIsKilled() throws Exception {
    Path file = Files.writeString(folder.resolve("suite.yaml"), SUITE);
    PrintWriter err = new PrintWriter(new StringWriter());
    Reproduction reproduction =
        new Reproduction(Suites.find(file.toString()), false, folder.resolve("run"), err);
    try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
      cluster.startWorker(1, List.of());
      cluster.startWorker(1, List.of());
      ClusterOptions options =
          CommandLine.populateCommand(
              new ClusterOptions(), "--master", cluster.url(), "--executor-cores", "1");
      SparkConf conf =
          cluster
              .onThis(SparkSettings.of(options).conf())
              .set("spark.extraListeners", LostAttempts.class.getName());
      CellHost.Factory engines =
          new GatedHost.Factory(
              new EngineHost.Factory(
                  new EngineArguments(List.of("--backend", "cpu", "--threads", "1"))),
              Files.createDirectory(folder.resolve("gate")).toString(),
              2);
      Killer killer = new Killer(cluster);
      assertThat(SparkCluster.run(reproduction, conf, engines, killer, cell -> true, () -> false))
          .isZero();
      assertThat(killer.executors).hasSize(CELLS);
      assertThat(killer.killed).isNotEmpty();
      assertThat(killer.executors.subList(0, killer.endedBefore)).contains(killer.killed);
      assertThat(killer.executors.subList(killer.endedBefore, CELLS))
          .isNotEmpty()
          .doesNotContain(killer.killed);
      assertThat(LostAttempts.COUNT.get()).isPositive();
    }
    List<CellRecord> records =
        Files.readAllLines(folder.resolve("run/cells.jsonl")).stream()
            .map(line -> JsonMapper.shared().readValue(line, CellRecord.class))
            .toList();
    assertThat(records).hasSize(CELLS).allMatch(record -> record.status() == Status.DONE);
    assertThat(records).extracting(CellRecord::key).doesNotHaveDuplicates();
    assertThat(folder.resolve("run/report.html")).isNotEmptyFile();
  }
}
