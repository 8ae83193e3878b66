package dev.framepack.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.Sampling;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.packing.DecodeWindow;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.packing.SectionOrder;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.packing.SectionPlanner;
import dev.framepack.engine.packing.SectionSchedule;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameStitcherTest {

  /**
   * Sections of constant brightness: every frame comes exactly once, and seams fade linearly
   * between the two.
   */
  @ParameterizedTest
  @CsvSource({
    "inverted,1,9",
    "inverted,2,9",
    "inverted,6,4",
    "inverted,3,1",
    "f1,1,9",
    "f1,2,9",
    "f1,6,4",
    "f1,3,1",
    "planned,6,4",
    "endpoint,6,4"
  })
  void everyFrameComesOnceWhateverTheOrder(String name, int sections, int window) {
    Sampling sampling = Sampling.named(name);
    SectionSchedule schedule =
        new SectionPlanner(
                sampling.packing().withGenerated(window),
                sampling.order(),
                sampling.gaps(),
                SectionPlanner.Memory.ALL,
                false)
            .plan(sections);
    int outputFrames = SectionCount.framesOf(1 + sections * window);
    float[] seen = new float[outputFrames];
    Arrays.fill(seen, Float.NaN);
    try (Backend backend = new ReferenceBackend(1);
        FrameStitcher stitcher =
            new FrameStitcher(
                backend,
                schedule.direction(),
                window,
                outputFrames,
                Shape.of(1, 3, 1, 1, 1),
                (start, frames) -> record(seen, start, HostValues.download(backend, frames)))) {
      for (DecodeWindow decoded :
          schedule.plans().stream().map(SectionPlan::decodes).flatMap(List::stream).toList()) {
        int frames = SectionCount.framesOf(decoded.frames());
        TensorType type = TensorType.f32(1, 3, frames, 1, 1);
        try (TensorArena arena = backend.arena("pixels", type.byteSize())) {
          Tensor pixels = arena.allocate("pixels", type); // [1, 3, frames, 1, 1]
          float[] values = new float[3 * frames];
          Arrays.fill(values, decoded.number());
          HostValues.upload(backend, values, pixels);
          stitcher.append(decoded, pixels);
        }
      }
    }
    for (int i = 0; i < outputFrames; i++) {
      assertThat(seen[i]).as("frame %s", i).isBetween(0f, (float) sections - 1);
    }
    boolean inverted = sampling.order() == SectionOrder.INVERTED;
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
