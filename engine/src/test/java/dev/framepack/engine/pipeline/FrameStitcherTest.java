package dev.framepack.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.packing.LatentHistory;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.packing.SectionOrder;
import dev.framepack.engine.packing.SectionPlan;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameStitcherTest {

  /**
   * Sections of constant brightness: every frame comes exactly once, and seams fade linearly
   * between the two.
   */
  @ParameterizedTest
  @CsvSource({
    "INVERTED,1,9", "INVERTED,2,9", "INVERTED,6,4", "INVERTED,3,1",
    "FORWARD,1,9", "FORWARD,2,9", "FORWARD,6,4", "FORWARD,3,1"
  })
  void everyFrameComesOnceWhateverTheOrder(SectionOrder order, int sections, int window) {
    int outputFrames = SectionCount.framesOf(1 + sections * window);
    float[] seen = new float[outputFrames];
    Arrays.fill(seen, Float.NaN);
    FrameStitcher stitcher =
        new FrameStitcher(
            order,
            window,
            outputFrames,
            1,
            1,
            (index, samples) -> {
              assertThat(seen[index]).as("frame %s", index).isNaN();
              seen[index] = samples[0];
            });
    LatentVideo start = LatentVideo.zeros(1, 1, 1, 1);
    LatentHistory history = new LatentHistory(order, window, start, null);
    for (SectionPlan plan : order.plan(sections, window)) {
      LatentVideo decoded = history.append(plan, LatentVideo.zeros(1, window, 1, 1));
      int frames = SectionCount.framesOf(decoded.frames());
      float[] pixels = new float[3 * frames];
      Arrays.fill(pixels, plan.number());
      stitcher.append(plan, pixels, frames);
    }
    for (int i = 0; i < outputFrames; i++) {
      assertThat(seen[i]).as("frame %s", i).isBetween(0f, (float) sections - 1);
    }
    boolean inverted = order == SectionOrder.INVERTED;
    assertThat(seen[0]).isEqualTo(inverted ? sections - 1 : 0);
    // A seam of one frame has weight 1 alone, so it belongs to the earlier section.
    int lastSection = inverted ? window == 1 ? 1 : 0 : sections - 1;
    assertThat(seen[outputFrames - 1]).isEqualTo(lastSection);
    for (int i = 1; i < outputFrames; i++) {
      float step = inverted ? seen[i - 1] - seen[i] : seen[i] - seen[i - 1];
      assertThat(step).as("frame %s", i).isGreaterThanOrEqualTo(-1e-6f);
    }
  }
}
