package dev.framepack.engine.cli;

import dev.framepack.engine.CancelledException;
import dev.framepack.engine.EngineDeadException;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.request.OutputMetadata;
import dev.framepack.engine.video.VideoSink;
import dev.framepack.weights.MessageText;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code framepack batch}. */
@Command(
    name = "batch",
    description = {
      "Make the videos of a file: one JSON object a line, with output, image, prompt and whatever",
      "else the JSON beside an output has under request. Paths are relative to the file.",
      "What is there already, made by an equal request, is not made again.",
      "Exit code: that of the first line that failed, 0 when none did."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class BatchCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The requests.")
  Path file = Path.of("");

  @Option(names = "--fail-fast", description = "Stop at the first line that fails.")
  boolean failFast;

  @Mixin final OutputOptions output = new OutputOptions();
  @Mixin final CheckpointingOptions checkpointing = new CheckpointingOptions();
  @Mixin final EngineOptions engine = new EngineOptions();
  @Spec CommandSpec spec = CommandSpec.create();
  @ParentCommand @Nullable Main program;

  private final Tally tally = new Tally();

  /** How the lines went. */
  private static final class Tally {
    int made;
    int present;
    int failed;
    int exitCode;
  }

  @Override
  public Integer call() {
    OptionFaults.throwIfAny(output.faults(), engine.faults());
    List<BatchLine> lines = BatchLine.read(file);
    List<BatchLine> wanted = wanted(lines);
    if (!wanted.isEmpty() && !(failFast && tally.failed > 0)) {
      try (FramePackEngine loaded = FramePack.open(engine.toBuilder().build())) {
        interruption().alsoStops(loaded::close);
        make(wanted, loaded);
      }
    }
    err()
        .println(
            "batch: %s made, %s there already, %s failed of %s"
                .formatted(tally.made, tally.present, tally.failed, lines.size()));
    return tally.exitCode;
  }

  /** The lines that are right and not done; all are checked before any work. */
  private List<BatchLine> wanted(List<BatchLine> lines) {
    List<BatchLine> wanted = new ArrayList<>();
    for (BatchLine line : lines) {
      try {
        if (isPresent(line.output(), line.request())) {
          tally.present++;
        } else {
          wanted.add(line);
        }
      } catch (FramePackException e) {
        failed(line, e);
      }
    }
    return wanted;
  }

  private static boolean isPresent(Path target, VideoRequest request) {
    if (!Files.exists(target)) {
      return false;
    }
    try {
      return OutputMetadata.read(target).describes(request);
    } catch (InvalidRequestException e) {
      return false; // something else of the name: the sink will say so
    }
  }

  private void make(List<BatchLine> wanted, FramePackEngine loaded) {
    for (BatchLine line : wanted) {
      try {
        make(line, loaded);
        tally.made++;
      } catch (CancelledException | EngineDeadException e) {
        throw e;
      } catch (FramePackException e) {
        failed(line, e);
        if (failFast) {
          return;
        }
      }
    }
  }

  private void make(BatchLine line, FramePackEngine loaded) {
    VideoRequest request = line.request();
    Path target = line.output();
    VideoJob job = new VideoJob(spec.commandLine(), output, interruption());
    err().println("line %s: %s".formatted(line.number(), MessageText.escape(target.toString())));
    try (VideoSink sink = job.sink(target.toString())) {
      job.make(
          request,
          loaded,
          sink,
          target.toString(),
          output.preview == null ? null : output.preview.resolve("line-" + line.number()),
          (one, progress) -> one.generate(request, checkpointing.toOptions(progress)));
    }
  }

  private void failed(BatchLine line, FramePackException e) {
    tally.failed++;
    if (tally.exitCode == 0) {
      tally.exitCode = Failures.exitCode(e);
    }
    Failures.print("line %s: %s".formatted(line.number(), e.getMessage()), err());
  }

  private Interruption interruption() {
    return Objects.requireNonNull(program).interruption();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
