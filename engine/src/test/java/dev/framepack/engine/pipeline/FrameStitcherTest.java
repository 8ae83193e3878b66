package dev.framepack.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.packing.LatentHistory;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.packing.SectionOrder;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
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
    LatentHistory history = new LatentHistory(order, window, false);
    try (Backend backend = new ReferenceBackend(1);
        FrameStitcher stitcher =
            new FrameStitcher(
                backend,
                order,
                window,
                outputFrames,
                Shape.of(1, 3, 1, 1, 1),
                (start, frames) -> record(seen, start, HostValues.download(backend, frames)))) {
      for (SectionPlan plan : order.plan(sections, window)) {
        int frames = SectionCount.framesOf(LatentHistory.frames(history.append(plan).decoded()));
        TensorType type = TensorType.f32(1, 3, frames, 1, 1);
        try (TensorArena arena = backend.arena("pixels", type.byteSize())) {
          Tensor pixels = arena.allocate("pixels", type); // [1, 3, frames, 1, 1]
          float[] values = new float[3 * frames];
          Arrays.fill(values, plan.number());
          HostValues.upload(backend, values, pixels);
          stitcher.append(plan, pixels);
        }
      }
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

  private static void record(float[] seen, int start, float[] planes) {
    for (int i = 0; i < planes.length / 3; i++) {
      assertThat(seen[start + i]).as("frame %s", start + i).isNaN();
      seen[start + i] = planes[i];
    }
  }
}
