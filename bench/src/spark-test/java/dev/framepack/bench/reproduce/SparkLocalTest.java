package dev.framepack.bench.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.bench.reproduce.spark.SparkCluster;
import dev.framepack.bench.reproduce.suite.Suites;
import dev.framepack.engine.BackendKind;
import dev.framepack.engine.CancelledException;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.ModelFormatException;
import dev.framepack.engine.demo.DemoModel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The whole way on Spark in one process, with the built-in model. */
class SparkLocalTest {
  private static final String SUITE =
      """
      name: tiny
      title: Two orders
      defaults: {seconds: 1.2, steps: 1, width: 64, height: 64}
      codebooks:
        - {name: k8, size: 8, scenes: ["random:1001"], frames: 5, seed: 1}
      scenes: [built-in]
      seeds: [1]
      variants:
        - {name: inverted, sampling: inverted}
        - {name: discrete, sampling: f1, history: "codebook:k8"}
        - {name: nonsense, packing: nonsense}
      """;

  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private Reproduction reproduction() throws Exception {
    Path file = Files.writeString(folder.resolve("tiny.yaml"), SUITE);
    return new Reproduction(
        Suites.find(file.toString()), false, folder.resolve("run"), new PrintWriter(err, true));
  }

  private int run(BooleanSupplier isCancelled, String format, String... engine) throws Exception {
    ClusterOptions options = new ClusterOptions();
    new CommandLine(CommandSpec.forAnnotatedObject(options))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(
            "--master=local[2]",
            "--format=" + format,
            "--conf=spark.driver.host=127.0.0.1",
            "--conf=spark.driver.bindAddress=127.0.0.1");
    EngineArguments arguments = new EngineArguments(List.of(engine));
    return new SparkCluster().run(reproduction(), options, arguments, cell -> true, isCancelled);
  }

  private List<String> lines() throws Exception {
    return Files.readAllLines(folder.resolve("run/cells.jsonl"));
  }

  @Test
  void aSuiteBecomesAReportAndATableAndIsNotRunAgain() throws Exception {
    assertThat(run(() -> false, "parquet", "--backend", "cpu")).isZero();
    assertThat(err.toString())
        .contains("3 cells, 0 finished before, 3 to run", "[3/3] ", "executor driver on ");
    List<String> first = lines();
    assertThat(first).hasSize(3).anyMatch(line -> line.contains("\"threads\":2"));
    assertThat(folder.resolve("run/report.html")).isNotEmptyFile();
    assertThat(folder.resolve("run/thumbnails")).isDirectoryContaining("glob:**-strip.png");
    assertTableHasTheRows();

    assertThat(run(() -> false, "jsonl", "--backend", "cpu")).isZero();
    assertThat(lines()).isEqualTo(first);
    assertPlainRunFindsNothingToDo();
    assertThat(lines()).isEqualTo(first);
  }

  private void assertTableHasTheRows() throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            // Classes that the session before compiled are of a class loader that is gone.
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
            .getOrCreate()) {
      Dataset<Row> rows =
          spark.read().parquet(folder.resolve("run/results.parquet").toUri().toString());
      assertThat(rows.select("variant").collectAsList())
          .extracting(row -> row.getString(0))
          .containsExactlyInAnyOrder("inverted", "discrete", "nonsense");
      assertThat(rows.schema().apply("position_error").dataType().typeName()).isEqualTo("double");
    }
  }

  /** The keys are those of the run without Spark, codebooks included. */
  private void assertPlainRunFindsNothingToDo() throws Exception {
    try (DemoModel demo = DemoModel.unpack()) {
      EngineConfig config =
          EngineConfig.builder().models(demo.folder()).backend(BackendKind.CPU).build();
      err.getBuffer().setLength(0);
      assertThat(reproduction().run(config, cell -> true, () -> false)).isZero();
    }
    assertThat(err.toString()).contains("3 cells, 3 finished before, 0 to run");
  }

  @Test
  void theEnginesOwnFailureComesThrough() {
    assertThatThrownBy(() -> run(() -> false, "jsonl", "--model", folder.resolve("no").toString()))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("MODEL_PART_MISSING");
  }

  @Test
  void aStoppedRunSaysHowToGoOn() {
    assertThatThrownBy(() -> run(() -> true, "jsonl", "--model", folder.resolve("no").toString()))
        .isInstanceOf(CancelledException.class)
        .hasMessageContaining("run the same command again");
  }
}
