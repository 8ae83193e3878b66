package dev.framepack.engine.cli;

import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.video.PreviewWriter;
import dev.framepack.engine.video.SinkFactory;
import dev.framepack.engine.video.SinkOptions;
import dev.framepack.engine.video.VideoSink;
import dev.framepack.weights.MessageText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What generate, demo, resume and batch share: check everything, load, make a video, write it. */
final class VideoJob {

  /** Makes the video on a loaded engine. */
  @FunctionalInterface
  interface Maker {
    VideoResult make(FramePackEngine engine, ConsoleProgress progress);
  }

  private final CommandLine command;
  private final OutputOptions output;
  private final Interruption interruption;

  VideoJob(CommandLine command, OutputOptions output, Interruption interruption) {
    this.command = command;
    this.output = output;
    this.interruption = interruption;
  }

  int run(
      OutputName name,
      RequestOptions request,
      EngineOptions engine,
      CheckpointingOptions checkpointing) {
    VideoRequest video = checkedRequest(name, request, engine);
    return run(
        name.target(),
        video,
        engine.toBuilder(),
        (loaded, progress) -> loaded.generate(video, checkpointing.toOptions(progress)));
  }

  /** Everything after the request. */
  int run(String target, VideoRequest video, EngineConfig.Builder config, Maker maker) {
    try (VideoSink sink = sink(target)) {
      try (FramePackEngine engine = FramePack.open(config.build())) {
        interruption.alsoStops(engine::close);
        make(video, engine, sink, target, output.preview, maker);
      }
    }
    return 0;
  }

  /** The output, checked and reserved. */
  VideoSink sink(String target) {
    VideoSink sink = SinkFactory.forOutput(target, new SinkOptions(output.crf, output.overwrite));
    interruption.alsoCloses(sink);
    return sink;
  }

  /** Makes one video on a loaded engine and writes it. */
  void make(
      VideoRequest video,
      FramePackEngine engine,
      VideoSink sink,
      String target,
      @Nullable Path previewFolder,
      Maker maker) {
    PrintWriter err = command.getErr();
    PreviewWriter previews = previewFolder == null ? null : new PreviewWriter(previewFolder);
    Optional<Path> checkpoint = Optional.empty();
    boolean done = false;
    try (ConsoleProgress progress = new ConsoleProgress(err, previews, interruption)) {
      try {
        progress.begin(engine.backendDescription(), engine.outputSize(video), video);
        try (VideoResult result = maker.make(engine, progress)) {
          progress.writing(target);
          result.writeTo(sink, output.framesPerSecond);
          progress.end(result, target);
        }
        done = true;
      } finally {
        checkpoint = progress.checkpoint();
      }
    } finally {
      if (!done) {
        checkpoint.ifPresent(folder ->
            err.println(
                "to go on: framepack resume %s --output %s"
                    .formatted(folder, MessageText.escape(target))));
      }
    }
  }

  /** The request, or every fault of request, output and model options at once. */
  private VideoRequest checkedRequest(
      OutputName name, RequestOptions request, EngineOptions engine) {
    List<String> faults = new ArrayList<>();
    if (request.prompt == null && request.like == null) {
      faults.add("--prompt is missing");
    }
    faults.addAll(name.faults());
    faults.addAll(output.faults());
    faults.addAll(engine.faults());
    boolean oneFrame = request.oneFrame != null || request.like != null;
    if (!oneFrame && name.target().endsWith(".png")) {
      faults.add("a .png output holds one frame: give --one-frame, or name a folder");
    }
    return request.toBuilder().alsoCheck(faults).build();
  }
}
