package dev.framepack.bench.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.BackendKind;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.demo.DemoModel;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.image.Rgb8Image;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From a scene through the engine to a measurement. */
class GeneratedVideoMetricTest {

  @Test
  void aGeneratedVideoIsReadInOrderAndMeasured() {
    DemoScene scene = DemoScene.random(2);
    VideoRequest request =
        VideoRequest.builder()
            .image(scene.startImage())
            .prompt(scene.prompt())
            .size(DemoModel.SIDE_PIXELS, DemoModel.SIDE_PIXELS)
            .seconds(0.1)
            .latentWindow(1)
            .steps(2)
            .build();
    try (DemoModel demo = DemoModel.unpack();
        FramePackEngine engine =
            FramePack.open(
                EngineConfig.builder().models(demo.folder()).backend(BackendKind.CPU).build());
        VideoResult result = engine.generate(request, GenerationListener.NONE)) {
      VideoFrames video = VideoFrames.of(result);
      List<Rgb8Image> inOrder = new ArrayList<>();
      result.forEachFrame(inOrder::add);
      assertThat(video.frames(0, video.count()).toList()).isEqualTo(inOrder);

      VideoMeasurement measured =
          MetricSuite.installed().measure(video, VideoContext.ofScene(scene));
      assertThat(measured.frames()).isEqualTo(result.frameCount());
      // The autoencoder alone gives about 25 dB; a frame of another scene would give about 12.
      assertThat(measured.curve("psnr").toArray()[0]).isBetween(20.0, 35.0);
      assertThat(measured.curve("shape-found").mean()).isEqualTo(1);
      assertThat(measured.curve("position-error").toArray()[0]).isLessThan(2);
    }
  }
}
