package dev.framepack.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Processes that find the disk full: at a moment chosen by chance no file of theirs may grow beyond
 * a size chosen by chance, so that every further write fails. Either the whole output is there, or
 * none of it and the exit code says so.
 */
final class DiskWorkload implements Workload {
  private static final int MAX_BYTES = 200_000;
  private static final int LIMIT_SECONDS = 300;
  private static final int OUTPUT_FAILED = 6;
  private static final String UNPACKING_FAILED = "NATIVE_TOKENIZERS";

  private final Path folder;
  private final Path log;
  private final List<String> arguments;
  private final Tally tally;
  private Duration undisturbed = Duration.ofSeconds(5);
  private final Map<Path, String> expected = new HashMap<>();

  /**
   * @param folder empty, for outputs
   */
  DiskWorkload(Path model, Path image, Path folder, Tally tally) {
    this.folder = folder;
    this.log = folder.resolveSibling("disk.log");
    this.tally = tally;
    this.arguments = ChildProcess.generate(model, image, 0.6, 2, 1);
  }

  @Override
  public String name() {
    return "full disks";
  }

  @Override
  public void round(Random random) throws IOException, InterruptedException {
    Path output = folder.resolve(random.nextBoolean() ? "frames" : "video.y4m");
    if (!expected.containsKey(output)) {
      run(output, null);
    }
    run(output, random);
  }

  /**
   * One process.
   *
   * @param random when the disk is full, and how full; null for never
   */
  private void run(Path output, @Nullable Random random) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(arguments);
    command.addAll(List.of("--output", output.toString()));
    Files.deleteIfExists(log);
    long begin = System.nanoTime();
    Process process = ChildProcess.start(log, command);
    String limit = "no limit: ";
    if (random != null) {
      process.waitFor(random.nextLong(undisturbed.toMillis()), TimeUnit.MILLISECONDS);
      int bytes = random.nextInt(MAX_BYTES);
      limit = "files of %s bytes at most: ".formatted(bytes);
      new ProcessBuilder("prlimit", "--pid", "" + process.pid(), "--fsize=" + bytes)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(); // fails where the process has ended, which is as well
    }
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      tally.violation(Tally.Count.UNEXPECTED, limit + "hung");
      return;
    }
    if (process.exitValue() == 0) {
      undisturbed = Duration.ofNanos(System.nanoTime() - begin);
      compare(output, limit);
    } else if (random != null
        && (process.exitValue() == OUTPUT_FAILED || lastLine().contains(UNPACKING_FAILED))) {
      tally.add(Tally.Count.DISKS_FULL);
    } else {
      tally.violation(
          Tally.Count.UNEXPECTED, limit + "exit code " + process.exitValue() + ", " + lastLine());
    }
    removeOutput(output, process.exitValue() == 0, limit);
  }

  private void compare(Path output, String limit) throws IOException {
    String found = FolderContent.hash(output);
    String before = expected.putIfAbsent(output, found);
    if (before != null && !before.equals(found)) {
      tally.violation(
          Tally.Count.CORRUPTED, limit + "another " + output.getFileName() + " than before");
    }
  }

  /** All that was written is removed; what should not be there is told. */
  private void removeOutput(Path output, boolean whole, String limit) throws IOException {
    for (Path file : FolderContent.of(folder)) {
      boolean ours = file.startsWith(output) || file.toString().endsWith(".json");
      if (!whole || !ours) {
        tally.violation(Tally.Count.CORRUPTED, limit + "left behind: " + folder.relativize(file));
      }
      Files.delete(file);
    }
  }

  private String lastLine() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? "nothing printed" : lines.getLast();
  }
}
