package dev.framepack.bench.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program in a process of its own, which can be killed. */
final class ChildProcess {
  private static final List<String> FLAGS = List.of("--add-modules=", "--enable-native-access=");

  private ChildProcess() {}

  /**
   * Starts a command of the program.
   *
   * @param log takes what it prints; beside it lies the temporary folder of the process, which a
   *     killed one leaves as it is
   */
  static Process start(Path log, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (FLAGS.stream().anyMatch(flag::startsWith)) {
        command.add(flag);
      }
    }
    Path temporary = Files.createDirectories(log.resolveSibling("temporary"));
    command.addAll(List.of("-XX:-UsePerfData", "-Xmx512m", "-Djava.io.tmpdir=" + temporary));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("dev.framepack.engine.cli.Main");
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** A generation of 64x64 on one thread that takes the given work, its output not yet named. */
  static List<String> generate(Path model, Path image, double seconds, int window, int steps) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ("generate --backend cpu --threads 1 --width 64 --height 64 --seed 11"
                        + " --prompt circle --seconds %s --latent-window %s --steps %s")
                    .formatted(seconds, window, steps)
                    .split(" ")));
    command.addAll(List.of("--model", model.toString(), "--image", image.toString()));
    return command;
  }
}
