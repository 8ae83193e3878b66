package dev.framepack.bench.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.framepack.bench.reproduce.suite.Suites;
import dev.framepack.engine.BackendKind;
import dev.framepack.engine.CancelledException;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.demo.DemoModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command's faults before any work, and the whole way once with the demo's model. */
class ReproduceCommandTest {
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  /** What the command refuses with. */
  private Exception refusal(String... arguments) {
    AtomicReference<Exception> thrown = new AtomicReference<>();
    new CommandLine(new ReproduceCommand())
        .setErr(new PrintWriter(err, true))
        .setExecutionExceptionHandler((e, command, parsed) -> {
          thrown.set(e);
          return 2;
        })
        .execute(arguments);
    return thrown.get();
  }

  @Test
  void everyFaultOfASuiteHasALine() throws Exception {
    Path file = folder.resolve("bad.yaml");
    Files.writeString(file, Fixtures.YAML.replace("seconds:", "secs:").replace("seeds:", "seed:"));
    assertThat(refusal("--suite", file.toString()))
        .isInstanceOf(FramePackException.class)
        .hasMessageStartingWith("SUITE_INVALID: ")
        .hasMessageEndingWith("correct all 3 faults");
    assertThat(err.toString().lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).startsWith("framepack: line "));
  }

  @Test
  void aPatternThatFitsNothingIsRefused() {
    assertThat(refusal("--only", "no-such-variant")).hasMessageContaining("matches no variant");
    assertThat(refusal("--only", "(")).hasMessageContaining("no regular expression");
  }

  @Test
  void sparkIsNotInTheProgramUnlessAskedFor() {
    assumeThat(ServiceLoader.load(Cluster.class)).isEmpty();
    assertThat(refusal("--master", "local[2]"))
        .isInstanceOf(FramePackException.class)
        .hasMessageContaining("Apache Spark is not in the class path");
    assertThat(refusal("--master", "local[2]", "--lengths"))
        .hasMessageContaining("--lengths is measured on one machine");
  }

  @Test
  void aSuiteBecomesAReport() throws Exception {
    Path file = folder.resolve("tiny.yaml");
    Files.writeString(
        file,
        """
        name: tiny
        title: Two orders
        defaults: {seconds: 1.2, steps: 1, width: 64, height: 64}
        scenes: [built-in]
        seeds: [1]
        variants:
          - {name: inverted, sampling: inverted}
          - {name: f1, sampling: f1}
          - {name: nonsense, packing: nonsense}
          - {name: truth, group: For comparison, reference: truth}
        """);
    Path run = folder.resolve("run");
    try (DemoModel demo = DemoModel.unpack()) {
      EngineConfig config =
          EngineConfig.builder().models(demo.folder()).backend(BackendKind.CPU).build();
      for (int time = 0; time < 2; time++) {
        int exit =
            new Reproduction(Suites.find(file.toString()), false, run, new PrintWriter(err, true))
                .run(config, cell -> true, () -> false);
        assertThat(exit).isZero();
      }
    }
    assertThat(err.toString())
        .contains("4 cells, 0 finished before, 4 to run")
        .contains("4 cells, 4 finished before, 0 to run");
    List<String> results = Files.readAllLines(run.resolve("results.csv"));
    assertThat(results).hasSize(5);
    assertThat(results.getFirst()).contains("position_error", "delta_clarity");
    assertThat(results.get(1)).startsWith("inverted,built-in,1,done");
    assertThat(results.get(3)).startsWith("nonsense,built-in,1,refused");
    assertThat(results.get(4)).startsWith("truth,built-in,1,done").contains(",,,,37,,unknown,");
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("true future", "Position error", "musiq");
  }

  @Test
  void aRunStoppedInItsFirstRoundHasAReport() throws Exception {
    Path file = folder.resolve("stopped.yaml");
    Files.writeString(
        file,
        """
        name: stopped
        title: Stopped
        defaults: {seconds: 0.3, steps: 1, latent_window: 2, width: 64, height: 64}
        scenes: [built-in]
        seeds: [1]
        variants:
          - {name: inverted, sampling: inverted}
          - {name: f1, sampling: f1}
        """);
    Path run = folder.resolve("run");
    try (DemoModel demo = DemoModel.unpack()) {
      EngineConfig config =
          EngineConfig.builder().models(demo.folder()).backend(BackendKind.CPU).build();
      Reproduction reproduction =
          new Reproduction(Suites.find(file.toString()), false, run, new PrintWriter(err, true));
      assertThatThrownBy(() -> reproduction.run(config, cell -> true, () -> hasALine(run)))
          .isInstanceOf(CancelledException.class)
          .hasMessageContaining("stopped with 1 of 2 cells to go");
    }
    assertThat(Files.readString(run.resolve("report.html"))).contains("1 of 2 cells");
    assertThat(Files.readAllLines(run.resolve("results.csv"))).hasSize(2);
  }

  private static boolean hasALine(Path run) {
    try {
      return Files.size(run.resolve("cells.jsonl")) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
