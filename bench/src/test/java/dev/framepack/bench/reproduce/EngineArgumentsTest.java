package dev.framepack.bench.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.BackendKind;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.Precision;
import dev.framepack.engine.cli.EngineOptions;
import dev.framepack.engine.demo.DemoModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What was said of the engine arrives elsewhere as it was said. */
class EngineArgumentsTest {
  private static EngineArguments said(String... arguments) {
    CommandSpec engine = CommandSpec.forAnnotatedObject(new EngineOptions());
    CommandSpec command = CommandSpec.create().addMixin("engine", engine);
    return EngineArguments.of(engine, new CommandLine(command).parseArgs(arguments));
  }

  @Test
  void onlyWhatWasSaidTravelsAndPathsAreAbsolute() {
    assertThat(said("--model", "somewhere", "--backend=cpu").arguments())
        .containsExactlyInAnyOrder(
            "--model", Path.of("somewhere").toAbsolutePath().toString(), "--backend", "cpu");
    assertThat(said().arguments()).isEmpty();
  }

  @Test
  void everyLoraTravelsWithItsStrength() {
    String folder = Path.of("").toAbsolutePath().toString();
    assertThat(said("--lora", "a.safetensors", "--lora", "b:x.safetensors:0.5").arguments())
        .containsExactly(
            "--lora", folder + "/a.safetensors:1.0", "--lora", folder + "/b:x.safetensors:0.5");
  }

  @Test
  void aDefaultGivesWayToWhatWasSaid() {
    assertThat(said("--threads", "3").orElse("--threads", "5").arguments())
        .isEqualTo(List.of("--threads", "3"));
    assertThat(said().orElse("--threads", "5").arguments()).isEqualTo(List.of("--threads", "5"));
  }

  @Test
  void itIsTheSameConfigurationElsewhere() {
    try (DemoModel demo = DemoModel.unpack()) {
      EngineConfig config =
          said(
                  "--model",
                  demo.folder().toString(),
                  "--backend",
                  "cpu-reference",
                  "--precision",
                  "float32",
                  "--threads",
                  "3",
                  "--device-memory",
                  "6GB")
              .options()
              .toBuilder()
              .build();
      assertThat(config.folders().transformer()).startsWith(demo.folder());
      assertThat(config.backend()).isEqualTo(BackendKind.CPU_REFERENCE);
      assertThat(config.precision()).isEqualTo(Precision.FLOAT32);
      assertThat(config.threads()).isEqualTo(3);
      assertThat(config.deviceMemoryBytes()).hasValue(6_000_000_000L);
    }
    assertThat(said().options().isEmpty()).isTrue();
  }
}
