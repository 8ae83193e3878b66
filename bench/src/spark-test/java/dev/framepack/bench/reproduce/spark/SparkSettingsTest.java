package dev.framepack.bench.reproduce.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.bench.reproduce.ClusterOptions;
import dev.framepack.bench.reproduce.EngineArguments;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.demo.DemoModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What Spark is started with, and what becomes of the GPU it gives a task. */
class SparkSettingsTest {
  @TempDir Path folder;

  private static SparkSettings settings(String... arguments) {
    return SparkSettings.of(CommandLine.populateCommand(new ClusterOptions(), arguments));
  }

  @ParameterizedTest
  @CsvSource({
    "--master=local, 1, 1, 0",
    "--master=local[4], 4, 4, 0",
    "--master=spark://a:7077 --executor-cores=8, 8, 8, 0",
    "--master=spark://a:7077 --executor-cores=8 --gpus-per-executor=1, 8, 8, 1",
    "--master=spark://a:7077 --executor-cores=8 --gpus-per-executor=3, 8, 2, 3"
  })
  void aTaskHasTheCoresOfItsEngine(String arguments, int executor, int task, int gpus) {
    SparkSettings settings = settings(arguments.split(" ", -1));
    SparkConf conf = settings.conf();
    assertThat(settings.coresOfATask()).isEqualTo(task);
    assertThat(conf.getInt("spark.executor.cores", 0)).isEqualTo(executor);
    assertThat(conf.getInt("spark.task.cpus", 0)).isEqualTo(task);
    assertThat(conf.getInt("spark.executor.resource.gpu.amount", 0)).isEqualTo(gpus);
    assertThat(conf.getInt("spark.task.resource.gpu.amount", 0)).isEqualTo(Math.min(1, gpus));
  }

  @Test
  void aGivenPropertyWins() {
    assertThat(settings("--master=local", "--conf", "spark.ui.enabled=true").conf())
        .returns("true", conf -> conf.get("spark.ui.enabled"))
        .returns("false", conf -> conf.get("spark.speculation"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--master=local[2] --gpus-per-executor=1",
        "--master=local[2] --executor-cores=1",
        "--master=spark://a:7077 --executor-cores=0",
        "--master=spark://a:7077 --executor-cores=2 --gpus-per-executor=3",
        "--master=spark://a:7077 --executor-cores=2 --gpus-per-executor=-1"
      })
  void optionsThatDoNotGoTogetherAreRefused(String arguments) {
    assertThatThrownBy(() -> settings(arguments.split(" ", -1)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("REQUEST_INVALID: --");
  }

  @Test
  void theLaunchersJvmOptionsAreSparks() throws Exception {
    assertThat(Files.readAllLines(Path.of("src/spark/java.options")))
        .filteredOn(line -> !line.startsWith("#"))
        .containsExactly(JavaModuleOptions.defaultModuleOptionArray());
  }

  @Test
  void anAddressThatIsNoOrdinalIsRefused() {
    assertThat(TaskDevice.ordinal("3")).isEqualTo(3);
    for (String[] addresses : new String[][] {{}, {"0", "1"}, {"GPU-8a"}, {"-1"}}) {
      assertThatThrownBy(() -> TaskDevice.ordinal(addresses))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("GPU_ADDRESS");
    }
  }

  @Test
  void theDeviceReachesTheEnginesConfiguration() {
    try (DemoModel demo = DemoModel.unpack()) {
      EngineArguments said =
          new EngineArguments(List.of("--model", demo.folder().toString(), "--backend", "cuda"));
      assertThat(EngineHost.config(said.options(), 3).build().device()).isEqualTo(3);
    }
  }

  @Test
  void theDiscoveryScriptListsWhatNvidiaSmiDoes() throws Exception {
    Path smi =
        Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\nprintf '0\\n1\\n7\\n'\n");
    assertThat(smi.toFile().setExecutable(true)).isTrue();
    ProcessBuilder script = new ProcessBuilder(SparkWorker.script().toString());
    script.environment().merge("PATH", folder + ":", (path, first) -> first + path);
    Process process = script.start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"0\",\"1\",\"7\"]}\n");
    assertThat(process.waitFor()).isZero();
  }
}
