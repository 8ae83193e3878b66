package dev.framepack.engine.cli;

import dev.framepack.engine.JobOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where finished sections are written down. */
final class CheckpointingOptions {
  @Option(
      names = "--checkpoints",
      paramLabel = "DIR",
      description = "Write finished sections there, for framepack resume DIR/job-...")
  @Nullable Path checkpoints;

  @Option(names = "--keep-checkpoint", description = "Leave the checkpoint when the video is done.")
  boolean keepCheckpoint;

  JobOptions toOptions(ConsoleProgress progress) {
    return JobOptions.builder()
        .listener(progress)
        .checkpoints(checkpoints)
        .keepCheckpoint(keepCheckpoint)
        .build();
  }
}
