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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * F07, a few of its kills; {@code framepack soak} does the many. The program runs in processes of
 * its own, which are killed at moments chosen by chance and resumed.
 */
@Timeout(600)
@EnabledOnOs(OS.LINUX)
final class KilledProgramTest {
  private static final int KILLS = 2;
  private static final String BEGUN = " sections, "; // of the line before the first step
  private static final String[] VIDEO = {
    "--prompt=a red circle",
    "--width=48",
    "--height=32",
    "--seconds=1.6",
    "--latent-window=1",
    "--steps=4",
    "--seed=9",
    "--backend=cpu-reference"
  };

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
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName()));
      command.addAll(args);
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      reader = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Reads until a line has the text; false when it ended before. */
    boolean awaitLine(String text) throws IOException {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        if (line.contains(text)) {
          return true;
        }
      }
      return false;
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

  private static List<String> args(Path output, Path checkpoints) throws IOException {
    Optional<Path> job = job(checkpoints);
    if (job.isPresent()) {
      return List.of(
          "resume", job.get().toString(), "--output=" + output, "--overwrite", "--threads=2");
    }
    return Stream.concat(
            ProgramRun.generate(output, "--checkpoints=" + checkpoints, "--overwrite").stream(),
            Stream.of(VIDEO))
        .toList();
  }

  @Test
  void aVideoKilledAnywhereAndResumedIsTheOneItWouldHaveBeen() throws Exception {
    Path whole = folder.resolve("whole.y4m");
    Child uninterrupted = new Child(args(whole, folder.resolve("none")));
    assertThat(uninterrupted.awaitLine(BEGUN)).as("%s", uninterrupted.lines).isTrue();
    long begin = System.nanoTime();
    assertThat(uninterrupted.end()).as("%s", uninterrupted.lines).isZero();
    int millis = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);

    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int kill = 0; kill < KILLS; kill++) {
      Path output = folder.resolve("video-" + kill + ".y4m");
      Path checkpoints = folder.resolve("checkpoints-" + kill);
      Child killed = new Child(args(output, checkpoints));
      if (killed.awaitLine(BEGUN)) {
        Thread.sleep(random.nextInt(millis + 1));
      }
      killed.process.toHandle().destroyForcibly(); // SIGKILL; leaves what it said to be read
      killed.end();
      String where = "seed %d, kill %d, said %s".formatted(seed, kill, killed.lines);
      if (Files.exists(output)) {
        assertThat(output).as(where).hasSameBinaryContentAs(whole);
      } else {
        assertThat(stored(checkpoints))
            .as(where)
            .isGreaterThanOrEqualTo((int) killed.denoised() - 1);
      }
      Child resumed = new Child(args(output, checkpoints));
      assertThat(resumed.end()).as("%s, then %s", where, resumed.lines).isZero();
      assertThat(output).as(where).hasSameBinaryContentAs(whole);
      assertThat(job(checkpoints)).as(where).isEmpty();
    }
  }

  @Test
  void whoPressesControlCIsToldHowToGoOn() throws Exception {
    Path output = folder.resolve("video.y4m");
    Path checkpoints = folder.resolve("checkpoints");
    Child child = new Child(args(output, checkpoints));
    assertThat(child.awaitLine("section 2/")).as("%s", child.lines).isTrue();
    new ProcessBuilder("kill", "-INT", Long.toString(child.process.pid())).start().waitFor();
    assertThat(child.end()).as("%s", child.lines).isEqualTo(Failures.CANCELLED);
    Path job = job(checkpoints).orElseThrow();
    assertThat(child.lines)
        .contains("to go on: framepack resume %s --output %s".formatted(job, output));
    assertThat(output).doesNotExist();
  }
}
