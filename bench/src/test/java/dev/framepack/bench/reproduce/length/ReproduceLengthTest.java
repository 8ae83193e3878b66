package dev.framepack.bench.reproduce.length;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of a video does not grow with its length; its time is measured, never asserted. */
final class ReproduceLengthTest {
  @TempDir Path folder;

  @Test
  void peakBytesAreTheSameWhateverTheLength() {
    List<String> told = new ArrayList<>();
    List<LengthCost> costs;
    try (TinyRandomModel model = TinyRandomModel.write();
        FramePackEngine engine =
            FramePack.open(EngineConfig.builder().models(model.folder()).threads(2).build())) {
      costs = new LengthMeasurement(engine, () -> false, 8, 1, 2, 4).run(told::add);
    }
    assertThat(costs).extracting(LengthCost::seconds).containsExactly(1.0, 2.0, 4.0);
    assertThat(costs).extracting(LengthCost::sections).containsExactly(4, 8, 15);
    assertThat(costs).extracting(cost -> cost.sectionMillis().size()).containsExactly(8, 8, 15);
    assertThat(costs).extracting(LengthCost::peakBytes).containsOnly(costs.getFirst().peakBytes());
    assertThat(costs.getFirst().peakBytes()).isGreaterThan(1_000_000);
    assertThat(told).hasSize(1 + 2 + 1 + 1).first().isEqualTo("warming up");

    LengthCost.write(folder, costs);
    assertThat(LengthCost.read(folder)).isEqualTo(costs);
    LengthCost twice = costs.getFirst();
    assertThat(twice.totalSeconds())
        .isEqualTo(twice.sectionMillis().stream().mapToDouble(m -> m).sum() / 2e3);
  }
}
