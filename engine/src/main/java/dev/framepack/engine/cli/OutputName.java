package dev.framepack.engine.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the one video of a command goes. */
final class OutputName {
  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "NAME.mp4, NAME.y4m, a folder for PNG files, or NAME.png for --one-frame.")
  @Nullable String output;

  List<String> faults() {
    return output == null ? List.of("--output is missing") : List.of();
  }

  String target() {
    return String.valueOf(output);
  }
}
