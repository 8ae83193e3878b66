package dev.framepack.engine.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the video is written. */
final class OutputOptions {
  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "NAME.mp4, NAME.y4m, a folder for PNG files, or NAME.png for --one-frame.")
  @Nullable String output;

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
}
