package dev.framepack.bench.reproduce.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.bench.reproduce.ClusterOptions;
import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.Reproduction;
import dev.framepack.bench.reproduce.run.Cell;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.spark.FakeHost.Fault;
import dev.framepack.engine.OutputException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the driver refuses and survives. */
class SparkDriverTest {
  private final PrintWriter err = new PrintWriter(new StringWriter());

  @TempDir Path folder;

  private int run(Fault fault, SparkObserver observer) throws Exception {
    ClusterOptions options =
        CommandLine.populateCommand(new ClusterOptions(), "--master", "local[1]");
    SparkConf conf =
        SparkSettings.of(options)
            .conf()
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    return SparkCluster.run(
        new Reproduction(Fixtures.suite(folder), false, folder.resolve("run"), err),
        conf,
        new FakeHost.Factory(fault),
        observer,
        cell -> true,
        () -> false);
  }

  private List<String> lines() throws Exception {
    return Files.readAllLines(folder.resolve("run/cells.jsonl"));
  }

  @Test
  void anEngineThatWouldGiveOtherKeysRecordsNothing() throws Exception {
    assertThatThrownBy(() -> run(Fault.OTHER_IDENTITY, new SparkProgress(err)))
        .isInstanceOf(ClusterException.class)
        .hasMessageStartingWith("WORKER_DIFFERS: executor driver on ")
        .hasMessageContaining("expected version 1.0, program classes, backend cpu,")
        .hasMessageContaining("found version 1.0, program classes, backend cuda,");
    assertThat(lines()).isEmpty();
  }

  /** Stands for a full disk, and for the driver's own end. */
  @Test
  void aRunThatEndsInTheMiddleGoesOnWhereItWas() throws Exception {
    assertThatThrownBy(() -> run(Fault.NONE, new FullAfter(3)))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("no space");
    List<String> before = lines();
    assertThat(before).hasSizeBetween(3, 11);
    assertThat(run(Fault.NONE, new SparkProgress(err))).isZero();
    assertThat(lines()).hasSize(12).startsWith(before.toArray(String[]::new));
    assertThat(lines().stream().map(line -> line.substring(0, 80)).distinct()).hasSize(12);
  }

  private static final class FullAfter implements SparkObserver {
    private final int cells;
    private int ended;

    FullAfter(int cells) {
      this.cells = cells;
    }

    @Override
    public void begin(int all, List<Cell> open, List<CellRecord> known) {}

    @Override
    public void beginCell(int index, Cell cell) {}

    @Override
    public void ranOn(int index, String place) {}

    @Override
    public void endCell(int index, CellRecord record) {
      ended++;
      if (ended >= cells) {
        throw new OutputException("OUTPUT_IO", "no space", "make some", null);
      }
    }
  }
}
