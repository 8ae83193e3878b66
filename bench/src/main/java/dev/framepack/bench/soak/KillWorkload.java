package dev.framepack.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process that makes a video with checkpoints is killed at a moment chosen by chance and resumed,
 * perhaps killed again, until the video is there: the same as without, and never half of it before.
 */
final class KillWorkload implements Workload {
  private static final int MAX_ATTEMPTS = 20;
  private static final double KILL_SHARE = 0.6;
  private static final int LIMIT_SECONDS = 300;

  private final Path folder;
  private final Path checkpoints;
  private final Path output;
  private final Path log;
  private final List<String> arguments;
  private final int videos;
  private final Tally tally;
  private byte @Nullable [] expected;
  private Duration undisturbed = Duration.ofSeconds(5);

  /**
   * @param folder empty, for outputs and checkpoints
   * @param scale how many videos, and how long
   */
  KillWorkload(Path model, Path image, Path folder, SoakScale scale, Tally tally) {
    this.folder = folder;
    this.checkpoints = folder.resolve("checkpoints");
    this.output = folder.resolve("video.y4m");
    this.log = folder.resolve("log");
    this.videos = scale.killedVideos();
    this.tally = tally;
    this.arguments = ChildProcess.generate(model, image, scale.killedSeconds(), 1, 4);
  }

  @Override
  public String name() {
    return "killed processes";
  }

  @Override
  public void round(Random random) throws IOException, InterruptedException {
    if (expected == null) {
      long begin = System.nanoTime();
      expected = run(generate(), null) ? Files.readAllBytes(output) : new byte[0];
      undisturbed = Duration.ofNanos(System.nanoTime() - begin);
      clear();
    }
    for (int video = 0; video < videos; video++) {
      makeVideo(random);
    }
  }

  private void makeVideo(Random random) throws IOException, InterruptedException {
    boolean done = false;
    boolean resumed = false;
    for (int attempt = 0; attempt < MAX_ATTEMPTS && !done; attempt++) {
      Optional<Path> checkpoint = checkpoint();
      Long killAfterMillis =
          attempt == 0 || random.nextDouble() < KILL_SHARE
              ? random.nextLong(Math.max(1, undisturbed.toMillis()))
              : null;
      if (checkpoint.isPresent()) {
        resumed = true;
        tally.add(Tally.Count.RESUMES);
      }
      done = run(checkpoint.map(this::resume).orElseGet(this::generate), killAfterMillis);
      if (!done && Files.exists(output) && !Arrays.equals(Files.readAllBytes(output), expected)) {
        tally.violation(Tally.Count.CORRUPTED, "half a video under its final name after a kill");
      }
      if (!done && Files.exists(output)) {
        done = true; // killed after the last write
      }
    }
    if (!done) {
      tally.violation(
          Tally.Count.LOST, "no video after " + MAX_ATTEMPTS + " attempts: " + lastLine());
    } else if (!Arrays.equals(Files.readAllBytes(output), expected)) {
      tally.violation(
          Tally.Count.CORRUPTED, resumed ? "a resumed video differs" : "a video differs");
    }
    clear();
  }

  private List<String> generate() {
    List<String> command = new ArrayList<>(arguments);
    command.addAll(List.of("--checkpoints", checkpoints.toString()));
    command.addAll(List.of("--output", output.toString()));
    return command;
  }

  private List<String> resume(Path checkpoint) {
    return List.of("resume", checkpoint.toString(), "--output", output.toString());
  }

  private Optional<Path> checkpoint() throws IOException {
    if (!Files.exists(checkpoints)) {
      return Optional.empty();
    }
    try (Stream<Path> jobs = Files.list(checkpoints)) {
      return jobs.filter(job -> Files.exists(job.resolve("manifest.json"))).findFirst();
    }
  }

  /** True when the process made the video; false when it was killed first. */
  private boolean run(List<String> command, @Nullable Long killAfterMillis)
      throws IOException, InterruptedException {
    Process process = ChildProcess.start(log, command);
    long limit =
        killAfterMillis == null ? TimeUnit.SECONDS.toMillis(LIMIT_SECONDS) : killAfterMillis;
    if (process.waitFor(limit, TimeUnit.MILLISECONDS)) {
      if (process.exitValue() != 0) {
        tally.violation(
            Tally.Count.UNEXPECTED,
            "%s ended with %s: %s".formatted(command.getFirst(), process.exitValue(), lastLine()));
      }
      return process.exitValue() == 0;
    }
    process.destroyForcibly().waitFor(); // SIGKILL
    if (killAfterMillis == null) {
      tally.violation(Tally.Count.UNEXPECTED, command.getFirst() + " hung");
    } else {
      tally.add(Tally.Count.KILLS);
    }
    return false;
  }

  private String lastLine() throws IOException {
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    return lines.isEmpty() ? "nothing printed" : lines.getLast();
  }

  private void clear() throws IOException {
    FolderContent.delete(folder);
  }
}
