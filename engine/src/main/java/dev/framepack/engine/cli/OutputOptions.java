package dev.framepack.engine.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the video is written. */
final class OutputOptions {
  @Option(
      names = "--crf",
      paramLabel = "Q",
      defaultValue = "16",
      description = "H.264 quality, 0 (lossless) to 51; default 16.")
  int crf = 16;

  @Option(
      names = "--fps",
      paramLabel = "N",
      defaultValue = "30",
      description = "Frames shown per second, 1 to 240; default 30.")
  int framesPerSecond = 30;

  @Option(
      names = "--preview",
      paramLabel = "DIR",
      description = "Write a picture of each section there.")
  @Nullable Path preview;

  @Option(names = "--overwrite", description = "Replace an existing output.")
  boolean overwrite;

  /** What is wrong with them; empty when nothing is. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (crf < 0 || crf > 51) {
      faults.add("crf must be 0 to 51, found " + crf);
    }
    if (framesPerSecond < 1 || framesPerSecond > 240) {
      faults.add("fps must be 1 to 240, found " + framesPerSecond);
    }
    return faults;
  }
}
