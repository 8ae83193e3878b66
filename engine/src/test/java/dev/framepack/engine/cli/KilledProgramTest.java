package dev.framepack.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.CheckpointException;
import dev.framepack.engine.StoppedJob;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * F07, a few of its kills; {@code framepack soak} does the many. The program runs in processes of
 * its own, which are killed after as many lines of progress as chance will have, and resumed.
 */
@Timeout(600)
@EnabledOnOs(OS.LINUX)
final class KilledProgramTest {
  private static final int KILLS = 2;

  @TempDir Path folder;

  /** A process of the program and what it has said. */
  private static final class Child {
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final BufferedReader reader;

    Child(List<String> args) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--add-modules=jdk.incubator.vector",
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:TieredStopAtLevel=1", // it does not live long
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName()));
      command.addAll(args);
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      reader = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Reads so many lines, or fewer when it ends before. */
    void awaitLines(int count) throws IOException {
      for (int i = 0; i < count; i++) {
        String line = reader.readLine();
        if (line == null) {
          return;
        }
        lines.add(line);
      }
    }

    /** Reads until a line has the text; false when it ended before. */
    boolean awaitLine(String text) throws IOException {
      do {
        int before = lines.size();
        awaitLines(1);
        if (lines.size() == before) {
          return false;
        }
      } while (!lines.getLast().contains(text));
      return true;
    }

    int end() throws IOException, InterruptedException {
      reader.lines().forEach(lines::add);
      return process.waitFor();
    }

    /** Sections of which it said that all steps were done. */
    long denoised() {
      return lines.stream().filter(line -> line.contains("step 4/4")).count();
    }
  }

  private static Optional<Path> job(Path checkpoints) throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return Optional.empty();
    }
    try (Stream<Path> jobs = Files.list(checkpoints)) {
      return jobs.filter(job -> Files.exists(job.resolve("manifest.json"))).findFirst();
    }
  }

  private static int stored(Path checkpoints) throws IOException {
    try {
      return job(checkpoints).map(job -> StoppedJob.read(job).finishedPlans()).orElse(0);
    } catch (CheckpointException e) {
      throw new AssertionError("a kill damaged the checkpoint", e);
    }
  }

  /** Six sections, or what is left of them. */
  private List<String> args(String name) throws IOException {
    String output = "--output=" + folder.resolve(name);
    Path checkpoints = folder.resolve(name + "-checkpoints");
    Optional<Path> job = job(checkpoints);
    return job.isPresent()
        ? List.of("resume", job.get().toString(), output, "--overwrite", "--threads=2")
        : SmallVideo.generate(
            folder,
            output,
            "--checkpoints=" + checkpoints,
            "--overwrite",
            "--seconds=0.8",
            "--steps=4",
            "--seed=9",
            "--backend=cpu-reference");
  }

  @Test
  void aVideoKilledAnywhereAndResumedIsTheOneItWouldHaveBeen() throws Exception {
    ProgramRun undisturbed = ProgramRun.of(args("whole.y4m"));
    assertThat(undisturbed.code()).as(undisturbed.err()).isZero();
    int said = (int) undisturbed.err().lines().count();

    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int kill = 0; kill < KILLS; kill++) {
      String name = "video-%d.y4m".formatted(kill);
      Path output = folder.resolve(name);
      Path checkpoints = folder.resolve(name + "-checkpoints");
      Child killed = new Child(args(name));
      killed.awaitLines(1 + random.nextInt(said));
      killed.process.toHandle().destroyForcibly(); // SIGKILL; leaves what it said to be read
      killed.end();
      String where = "seed %d, kill %d, said %s".formatted(seed, kill, killed.lines);
      if (Files.exists(output)) {
        assertThat(output).as(where).hasSameBinaryContentAs(folder.resolve("whole.y4m"));
      } else {
        assertThat(stored(checkpoints))
            .as(where)
            .isGreaterThanOrEqualTo((int) killed.denoised() - 1);
      }
      ProgramRun resumed = ProgramRun.of(args(name));
      assertThat(resumed.code()).as("%s, then %s", where, resumed.err()).isZero();
      assertThat(output).as(where).hasSameBinaryContentAs(folder.resolve("whole.y4m"));
      assertThat(job(checkpoints)).as(where).isEmpty();
    }
  }

  @Test
  void whoPressesControlCIsToldHowToGoOn() throws Exception {
    Path output = folder.resolve("video.y4m");
    Child child = new Child(args("video.y4m"));
    assertThat(child.awaitLine("section 2/")).as("%s", child.lines).isTrue();
    new ProcessBuilder("kill", "-INT", Long.toString(child.process.pid())).start().waitFor();
    assertThat(child.end()).as("%s", child.lines).isEqualTo(Failures.CANCELLED);
    Path job = job(folder.resolve("video.y4m-checkpoints")).orElseThrow();
    assertThat(child.lines)
        .contains("to go on: framepack resume %s --output %s".formatted(job, output));
    assertThat(output).doesNotExist();
  }
}
