package dev.framepack.bench;

import dev.framepack.engine.BackendKind;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.demo.DemoModel;
import dev.framepack.engine.demo.DemoWorld;
import dev.framepack.engine.image.Rgb8Image;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

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
      print(System.out, engine, Rgb8Image.read(demo.startImage()), DemoWorld.load());
    }
  }

  private static void print(
      PrintStream out, FramePackEngine engine, Rgb8Image start, DemoWorld world) {
    out.println(
        "| plan | frames | frame 0 PSNR | mean position error | a still shape would have | shape found |");
    out.println("|---|---|---|---|---|---|");
    for (double seconds : SECONDS) {
      for (Sampling sampling : List.of(Sampling.INVERTED, Sampling.F1)) {
        VideoRequest request =
            VideoRequest.builder()
                .image(start)
                .prompt(DemoModel.PROMPT)
                .sampling(sampling)
                .seconds(seconds)
                .size(DemoModel.SIDE_PIXELS, DemoModel.SIDE_PIXELS)
                .build();
        try (VideoResult result = engine.generate(request, GenerationListener.NONE)) {
          out.println(row(sampling, result, start, world));
        }
      }
    }
  }

  private static String row(
      Sampling sampling, VideoResult result, Rgb8Image start, DemoWorld world) {
    List<Rgb8Image> frames = new ArrayList<>();
    result.forEachFrame(frames::add);
    double error = 0;
    double still = 0;
    int found = 0;
    for (int k = 0; k < frames.size(); k++) {
      DemoWorld.Sighting truth = world.truth(k);
      DemoWorld.Sighting seen = world.find(frames.get(k));
      error += distance(seen, truth);
      still += distance(world.truth(0), truth);
      found += world.isShape(seen) ? 1 : 0;
    }
    return "| %s | %d | %.1f dB | %.1f px | %.1f px | %.0f %% |"
        .formatted(
            sampling.id(),
            frames.size(),
            peakSignalToNoise(frames.getFirst(), start),
            error / frames.size(),
            still / frames.size(),
            100.0 * found / frames.size());
  }

  private static double distance(DemoWorld.Sighting a, DemoWorld.Sighting b) {
    return Math.hypot(a.x() - b.x(), a.y() - b.y());
  }

  private static double peakSignalToNoise(Rgb8Image a, Rgb8Image b) {
    byte[] left = a.rgb();
    byte[] right = b.rgb();
    double squares = 0;
    for (int i = 0; i < left.length; i++) {
      squares += Math.pow((left[i] & 0xFF) - (right[i] & 0xFF), 2);
    }
    return 10 * Math.log10(255 * 255 * left.length / squares);
  }
}
