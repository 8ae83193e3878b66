package dev.framepack.engine.cli;

import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.video.PreviewWriter;
import dev.framepack.engine.video.SinkFactory;
import dev.framepack.engine.video.SinkOptions;
import dev.framepack.engine.video.VideoSink;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** What generate and demo share: check everything, load, make the video, write it. */
final class VideoJob {
  private final CommandLine command;
  private final RequestOptions request;
  private final OutputOptions output;
  private final EngineOptions engine;

  VideoJob(
      CommandLine command, RequestOptions request, OutputOptions output, EngineOptions engine) {
    this.command = command;
    this.request = request;
    this.output = output;
    this.engine = engine;
  }

  int run(Interruption interruption) {
    VideoRequest video = checkedRequest();
    String target = String.valueOf(output.output);
    PrintWriter err = command.getErr();
    try (VideoSink sink =
        SinkFactory.forOutput(target, new SinkOptions(output.crf, output.overwrite))) {
      interruption.alsoCloses(sink);
      PreviewWriter previews = output.preview == null ? null : new PreviewWriter(output.preview);
      try (FramePackEngine loaded = FramePack.open(engine.toBuilder().build());
          ConsoleProgress progress = new ConsoleProgress(err, previews, interruption)) {
        interruption.alsoStops(loaded::close);
        progress.begin(loaded.backendDescription(), loaded.outputSize(video), video);
        try (VideoResult result = loaded.generate(video, progress)) {
          progress.writing(target);
          result.writeTo(sink, output.framesPerSecond);
          progress.end(result, target);
        }
      }
    }
    return 0;
  }

  /** The request, or every fault of request, output and model options at once. */
  private VideoRequest checkedRequest() {
    List<String> faults = new ArrayList<>();
    if (request.prompt == null) {
      faults.add("--prompt is missing");
    }
    if (output.output == null) {
      faults.add("--output is missing");
    }
    if (engine.isEmpty()) {
      faults.add("--model is missing: name the folder of a checkpoint, or try framepack demo");
    }
    if (request.oneFrame == null && output.output != null && output.output.endsWith(".png")) {
      faults.add("a .png output holds one frame: give --one-frame, or name a folder");
    }
    if (output.crf < 0 || output.crf > 51) {
      faults.add("crf must be 0 to 51, found " + output.crf);
    }
    if (output.framesPerSecond < 1 || output.framesPerSecond > 240) {
      faults.add("fps must be 1 to 240, found " + output.framesPerSecond);
    }
    if (engine.backend.threads() < 1 || engine.backend.threads() > 1024) {
      faults.add("threads must be 1 to 1024, found " + engine.backend.threads());
    }
    return request.toBuilder().alsoCheck(faults).build();
  }
}
