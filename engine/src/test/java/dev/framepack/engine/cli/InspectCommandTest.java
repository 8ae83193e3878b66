package dev.framepack.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.TinyVideos;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look: {@code noise}, {@code inspect}, {@code verify}, {@code probe}. */
final class InspectCommandTest {
  @TempDir Path folder;

  @Test
  void noiseInspectVerifyAndProbe() throws IOException {
    Path outputs = Files.createDirectory(folder.resolve("outputs"));
    Path noise = folder.resolve("noise.safetensors");
    List<String> args = List.of("noise", "--seed=-1", "--shape=2,3,5", "--output=" + noise);
    assertThat(ProgramRun.of(args).code()).isZero();
    assertThat(ProgramRun.of(args).code()).isEqualTo(Failures.OUTPUT);
    ProgramRun inspect = ProgramRun.of("inspect", "--finite", noise.toString());
    assertThat(inspect.out()).contains("[2, 3, 5]", "30 parameters", "seed");
    ProgramRun.of("noise", "--seed=0", "--shape=0", "--output=" + outputs.resolve("n"))
        .assertRefused(2, "--shape");
    ProgramRun.of("noise", "--seed=0", "--shape=5", "--output=" + outputs + "/no/n")
        .assertRefused(6, "OUTPUT_");
    ProgramRun.of("inspect", folder.resolve("none").toString())
        .assertRefused(Failures.BAD_MODEL, "none");
    ProgramRun.of("verify", folder.resolve("none").toString())
        .assertRefused(Failures.BAD_REQUEST, "none");
    assertThat(outputs).as("nothing is written").isEmptyDirectory();
    ProgramRun empty = ProgramRun.of("verify", outputs.toString());
    assertThat(empty.code()).isEqualTo(Failures.CHECK_FAILED);
    assertThat(ProgramRun.of("probe").out())
        .contains("cpu", "ffmpeg", "memory", "cuda-emulated", "driver ", "libcublasLt.so.13");
    assertThat(ProgramRun.of("inspect", TinyVideos.CHECKPOINT.toString()).out())
        .contains("transformer", "vae", "parameters");
  }

  @Test
  void nothingOfAFileReachesTheTerminalRaw() throws IOException {
    Path file = folder.resolve("\u001b[2J.safetensors");
    SafetensorsWriter.write(
        file,
        List.of(WeightTensor.ofFloats("w\u001b[31m", new long[] {1}, 1)),
        Map.of("k\u009b", "v\u001b]0;title\u0007\n"));
    ProgramRun inspect = ProgramRun.of("inspect", file.toString());
    assertThat(inspect.code()).as(inspect.err()).isZero();
    assertThat(inspect.out()).contains("w\\u001b[31m", "k\\u009b: v\\u001b]0;title\\u0007\\u000a");
    assertThat(inspect.out().lines())
        .allMatch(line -> line.chars().noneMatch(Character::isISOControl));
  }

  @Test
  void inspectTellsALora() throws IOException {
    Path lora = folder.resolve("lora.safetensors");
    WeightTensor down =
        WeightTensor.ofFloats("transformer.a.lora_A.weight", new long[] {1, 2}, 1, 2);
    WeightTensor up = WeightTensor.ofFloats("transformer.a.lora_B.weight", new long[] {2, 1}, 1, 2);
    SafetensorsWriter.write(lora, List.of(down, up), Map.of());
    ProgramRun inspect = ProgramRun.of("inspect", lora.toString());
    assertThat(inspect.code()).isZero();
    assertThat(inspect.out())
        .contains("LoRA in diffusers naming, 1 targets, ranks [1]", "rank 1 alpha 1.0 a");
    SafetensorsWriter.write(lora, List.of(down), Map.of());
    ProgramRun.of("inspect", lora.toString()).assertRefused(Failures.BAD_MODEL, "LORA_PAIR");
  }
}
