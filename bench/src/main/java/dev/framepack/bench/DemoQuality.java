package dev.framepack.bench;

import dev.framepack.bench.metric.MetricSuite;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.metric.VideoMeasurement;
import dev.framepack.engine.BackendKind;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.demo.DemoModel;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.image.Rgb8Image;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * How good the demo is: frame 0 against the start image, and where the shape is against the world's
 * known future, for both section plans. Prints a Markdown table; the README quotes it.
 */
public final class DemoQuality {
  private static final double[] SECONDS = {1.2, 9.6};

  private DemoQuality() {}

  public static void main(String[] args) {
    int threads = Runtime.getRuntime().availableProcessors();
    try (DemoModel demo = DemoModel.unpack();
        FramePackEngine engine =
            FramePack.open(
                EngineConfig.builder()
                    .models(demo.folder())
                    .backend(BackendKind.CPU)
                    .threads(threads)
                    .build())) {
      print(System.out, engine, DemoScene.builtIn());
    }
  }

  private static void print(PrintStream out, FramePackEngine engine, DemoScene scene) {
    out.println(
        "| plan | frames | frame 0 PSNR | mean position error | a still shape would have | shape found |");
    out.println("|---|---|---|---|---|---|");
    for (double seconds : SECONDS) {
      for (Sampling sampling : List.of(Sampling.INVERTED, Sampling.F1)) {
        VideoRequest request =
            VideoRequest.builder()
                .image(scene.startImage())
                .prompt(scene.prompt())
                .sampling(sampling)
                .seconds(seconds)
                .size(DemoModel.SIDE_PIXELS, DemoModel.SIDE_PIXELS)
                .build();
        try (VideoResult result = engine.generate(request, GenerationListener.NONE)) {
          out.println(row(sampling, result, scene));
        }
      }
    }
  }

  private static String row(Sampling sampling, VideoResult result, DemoScene scene) {
    VideoMeasurement measured = measure(VideoFrames.of(result), scene);
    Rgb8Image start = scene.startImage();
    VideoMeasurement still = measure(VideoFrames.of(result.frameCount(), k -> start), scene);
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.1f dB | %.1f px | %.1f px | %.0f %% |",
        sampling.id(),
        result.frameCount(),
        measured.curve("psnr").values().getFirst(),
        measured.curve("position-error").mean(),
        still.curve("position-error").mean(),
        100 * measured.curve("shape-found").mean());
  }

  private static VideoMeasurement measure(VideoFrames video, DemoScene scene) {
    return MetricSuite.installed().measure(video, VideoContext.ofScene(scene));
  }
}
