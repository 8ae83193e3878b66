package dev.framepack.engine;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.pipeline.PipelineObserver;
import dev.framepack.kernels.Backend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Videos small enough for unit tests, on the golden checkpoint. */
public final class TinyVideos {
  public static final Path CHECKPOINT = GoldenData.path("pipeline/checkpoint");
  public static final Path IMAGE = GoldenData.path("pipeline/framepack_inverted/image.png");

  private TinyVideos() {}

  /** 32x48, one section of one latent frame, one step. */
  public static VideoRequest.Builder request() {
    return VideoRequest.builder()
        .image(Rgb8Image.read(IMAGE))
        .prompt("a red circle moves left slowly")
        .size(32, 48)
        .seconds(0.1)
        .latentWindow(1)
        .steps(1);
  }

  /** A picture of one grey, unlike {@link #IMAGE}. */
  static Rgb8Image grey(int width, int height) {
    byte[] bytes = new byte[width * height * Rgb8Image.CHANNELS];
    Arrays.fill(bytes, (byte) 90);
    return Rgb8Image.of(width, height, bytes);
  }

  /** The golden checkpoint on one thread of the processor. */
  public static EngineConfig.Builder config() {
    return EngineConfig.builder().models(CHECKPOINT).backend(BackendKind.CPU).threads(1);
  }

  public static FramePackEngine open(int threads) {
    return FramePack.open(config().threads(threads).build());
  }

  /** On a backend of the test's own, which is closed with the engine. */
  static FramePackEngine open(Backend backend) {
    return new FramePackEngine(config().build(), () -> backend);
  }

  /** Every frame of a video. */
  static List<Rgb8Image> frames(VideoResult video) {
    List<Rgb8Image> frames = new ArrayList<>();
    video.forEachFrame(frames::add);
    return frames;
  }

  /** Every frame of the video that an engine makes. */
  public static List<Rgb8Image> frames(FramePackEngine engine, VideoRequest request) {
    try (VideoResult video = engine.generate(request, GenerationListener.NONE)) {
      return frames(video);
    }
  }

  /** The latents of every section. */
  public static List<float[]> latents(FramePackEngine engine, VideoRequest request) {
    List<float[]> latents = new ArrayList<>();
    PipelineObserver observer =
        new PipelineObserver() {
          @Override
          public void onSectionLatents(SectionPlan plan, Supplier<LatentVideo> section) {
            latents.add(section.get().values());
          }
        };
    engine.observe(request, observer, (start, frames) -> {});
    return latents;
  }
}
