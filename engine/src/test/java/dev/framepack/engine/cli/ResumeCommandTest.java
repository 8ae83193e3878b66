package dev.framepack.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.TinyVideos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code generate --checkpoints} and {@code resume}. */
final class ResumeCommandTest {
  @TempDir Path folder;

  /** Makes {@code video.y4m} of three sections, and its checkpoints in the folder returned. */
  private Path generate(String... more) {
    Path checkpoints = folder.resolve("checkpoints");
    Stream<String> three = Stream.of("--seconds=0.3", "--checkpoints=" + checkpoints);
    String[] changes = Stream.concat(three, Stream.of(more)).toArray(String[]::new);
    ProgramRun made = ProgramRun.of(SmallVideo.generate(folder, changes));
    assertThat(made.code()).as(made.err()).isZero();
    return checkpoints;
  }

  private static List<Path> jobs(Path checkpoints) throws IOException {
    try (Stream<Path> jobs = Files.list(checkpoints)) {
      return jobs.toList();
    }
  }

  @Test
  void aVideoIsWrittenAgainFromItsCheckpointWithNothingElseNamed() throws IOException {
    Path checkpoints = generate("--keep-checkpoint");
    Path job = jobs(checkpoints).getFirst();

    Path second = folder.resolve("second.y4m");
    ProgramRun resumed =
        ProgramRun.of("resume", job.toString(), "--output=" + second, "--threads=2");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(second).hasSameBinaryContentAs(folder.resolve("video.y4m"));
    assertThat(jobs(checkpoints)).as("removed, as nobody asked to keep it").isEmpty();
  }

  @Test
  void aCheckpointGoesWithTheVideo() throws IOException {
    Path checkpoints = generate();
    assertThat(jobs(checkpoints)).isEmpty();
  }

  @Test
  void whatCannotBeResumedIsOneLine() throws IOException {
    Path none = folder.resolve("job-none");
    String output = "--output=" + folder.resolve("v.y4m");
    assertRefused(ProgramRun.of("resume", none.toString(), output), "CHECKPOINT_MISSING");
    assertRefused(
        ProgramRun.of("resume", none.toString(), "--fps=0"), "--output is missing", "fps must be");
    Path checkpoints = generate("--keep-checkpoint");
    String job = jobs(checkpoints).getFirst().toString();
    assertRefused(
        ProgramRun.of("resume", job, output, "--precision=bfloat16"),
        "CHECKPOINT_FOREIGN",
        "precision.transformer: expected float32");
    assertRefused(
        ProgramRun.of("resume", job, output, "--backend=cpu-reference"),
        "CHECKPOINT_FOREIGN",
        "engine.backend");
    Path model = folder.resolve("model");
    copy(TinyVideos.CHECKPOINT, model);
    Files.writeString(
        model.resolve("scheduler/scheduler_config.json"),
        Files.readString(model.resolve("scheduler/scheduler_config.json")) + "\n");
    assertRefused(
        ProgramRun.of("resume", job, output, "--model=" + model),
        "CHECKPOINT_FOREIGN",
        "model.scheduler/scheduler_config.json");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void assertRefused(ProgramRun run, String... parts) {
    assertThat(run.code()).as(run.err()).isEqualTo(Failures.BAD_REQUEST);
    assertThat(run.err()).contains(parts).contains("framepack: ");
  }
}
