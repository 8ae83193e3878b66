package dev.framepack.bench.reproduce.length;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.engine.CancelledException;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of a video does not grow with its length; its time is measured, never asserted. */
final class ReproduceLengthTest {
  @TempDir Path folder;

  @Test
  void peakBytesAreTheSameWhateverTheLengthAndWholeRoundsAreKept() {
    List<String> told = new ArrayList<>();
    try (TinyRandomModel model = TinyRandomModel.write()) {
      EngineConfig config = EngineConfig.builder().models(model.folder()).threads(2).build();
      LengthRun stopped =
          new LengthRun(
              folder,
              "here",
              new LengthMeasurement(
                  () -> FramePack.open(config),
                  "here",
                  () -> told.stream().anyMatch(line -> line.startsWith("round 2")),
                  1,
                  2,
                  4));
      assertThatThrownBy(() -> stopped.run(told::add)).isInstanceOf(CancelledException.class);
      List<LengthCost> kept = LengthCostFile.read(folder);
      assertThat(kept).as("the whole rounds").hasSize(3);

      LengthMeasurement measurement =
          new LengthMeasurement(() -> FramePack.open(config), "here", () -> false, 1, 2, 4);
      new LengthRun(folder, "here", measurement).run(told::add);
      List<LengthCost> all = LengthCostFile.read(folder);
      assertThat(all).startsWith(kept.toArray(LengthCost[]::new)).hasSize(9);
      assertThat(all.subList(0, 3)).extracting(LengthCost::seconds).containsExactly(1.0, 2.0, 4.0);
      assertThat(all.subList(0, 3)).extracting(LengthCost::sections).containsExactly(8, 15, 30);
      assertThat(all.subList(0, 3))
          .extracting(cost -> cost.sectionMillis().size())
          .as("whole videos while the longest is made")
          .containsExactly(24, 30, 30);
      assertThat(all).extracting(LengthCost::peakBytes).containsOnly(all.getFirst().peakBytes());
      assertThat(all.getFirst().peakBytes()).isGreaterThan(1_000_000);
      LengthSummary summary = LengthSummary.of(all);
      assertThat(summary.isPeakEqual()).isTrue();
      assertThat(summary.ratios()).hasSize(3).allMatch(ratio -> ratio > 0);

      told.clear();
      new LengthRun(folder, "here", measurement).run(told::add);
      assertThat(told).containsExactly("measured before");
    }
  }

  private static LengthCost cost(int round, double seconds, int sections, double millis) {
    return new LengthCost(
        round, seconds, sections, Collections.nCopies(sections, millis), 100, 10, "here");
  }

  @Test
  void lengthsAreComparedRoundByRound() {
    LengthSummary summary =
        LengthSummary.of(
            List.of(
                cost(0, 1, 4, 10),
                cost(0, 120, 40, 11), // the machine is quick
                cost(1, 1, 4, 40),
                cost(1, 120, 40, 42), // and slow
                cost(2, 1, 4, 10))); // not a whole round
    assertThat(summary.ratios()).containsExactly(1.1, 1.05);
    assertThat(summary.ratio()).isCloseTo(1.075, within(1e-9));
    assertThat(summary.lengths()).extracting(LengthSummary.Length::videos).containsExactly(3, 2);
    assertThat(summary.isPeakEqual()).isTrue();
    assertThat(
            LengthSummary.of(
                    List.of(
                        cost(0, 1, 4, 10), new LengthCost(0, 2, 8, List.of(1.0), 101, 10, "here")))
                .isPeakEqual())
        .isFalse();
  }

  @Test
  void growthWithinAVideoIsSeen() {
    List<Double> rising = new ArrayList<>();
    for (int i = 0; i < 42; i++) {
      rising.add(i == 0 || i == 41 ? 500.0 : i <= 20 ? 10.0 : 12.0);
    }
    LengthSummary summary =
        LengthSummary.of(List.of(new LengthCost(0, 10, 42, rising, 1, 1, "here")));
    assertThat(summary.lengths().getFirst().ownGrowth()).isCloseTo(1.2, within(1e-9));
  }
}
