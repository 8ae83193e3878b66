package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One case of every operation under compute-sanitizer, in a process of its own, where the machine
 * has that tool: reads and writes out of bounds, then races in shared memory.
 */
final class SanitizerStage implements KitStage {
  private static final List<String> TOOLS = List.of("memcheck", "racecheck");
  private static final int FOUND_ERRORS = 86;
  private static final int SECONDS_PER_TOOL = 60;

  @Override
  public String name() {
    return "sanitizer";
  }

  @Override
  public int limitSeconds() {
    return TOOLS.size() * SECONDS_PER_TOOL;
  }

  @Override
  public boolean isPerPath() {
    return false;
  }

  @Override
  public void run(KitContext context) {
    Optional<Path> sanitizer = context.small() ? Optional.empty() : find();
    if (sanitizer.isEmpty()) {
      String why = context.small() ? "the emulator checks by itself" : "not on this machine";
      context.row(name(), "compute-sanitizer", Verdict.SKIP, Map.of("why", why));
      return;
    }
    for (String tool : TOOLS) {
      if (!context.isLate()) {
        run(context, sanitizer.get(), tool);
      }
    }
  }

  private static Optional<Path> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(
            Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/local/cuda/bin"))
        .map(folder -> Path.of(folder, "compute-sanitizer"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private void run(KitContext context, Path sanitizer, String tool) {
    Path log = context.results().resolve("sanitizer-" + tool + ".txt");
    List<String> command =
        List.of(
            sanitizer.toString(),
            "--tool",
            tool,
            "--error-exitcode",
            String.valueOf(FOUND_ERRORS),
            "--target-processes",
            "all",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.framepack.engine.cli.Main",
            "kit",
            "--stage",
            ConformanceStage.SMOKE,
            "--results",
            context.results().resolve("sanitizer-" + tool).toString());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(SECONDS_PER_TOOL, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        context.row(name(), tool, Verdict.SKIP, Map.of("why", "not done in time"));
        return;
      }
      int status = process.exitValue();
      context.row(
          name(),
          tool,
          status == 0 ? Verdict.PASS : status == FOUND_ERRORS ? Verdict.FAIL : Verdict.SKIP,
          Map.of("exit", status, "log", log.getFileName().toString()));
    } catch (IOException e) {
      context.row(name(), tool, Verdict.SKIP, KitRun.error(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      context.row(name(), tool, Verdict.SKIP, KitRun.error(e));
    }
  }
}
