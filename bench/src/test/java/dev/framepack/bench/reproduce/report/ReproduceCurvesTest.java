package dev.framepack.bench.reproduce.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.bench.reproduce.run.Measurement.Curve;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Curves as they are drawn. */
class ReproduceCurvesTest {
  private static final double NONE = Double.NaN;

  @Test
  void theMeanIsTakenTimeByTimeOverTheCurvesThatHaveAValue() {
    Curve one = new Curve(List.of(0.0, 1.0, 2.0), List.of(1.0, NONE, 5.0));
    Curve two = new Curve(List.of(0.0, 1.0), List.of(3.0, 4.0));
    assertThat(Curves.mean(List.of(one, two)))
        .isEqualTo(new Curve(List.of(0.0, 1.0, 2.0), List.of(2.0, 4.0, 5.0)));
  }

  @Test
  void smoothingIsAMeanOverHalfASecondAndLeavesGaps() {
    Curve curve = new Curve(List.of(0.0, 0.2, 0.4, 0.6, 4.0), List.of(1.0, 3.0, NONE, 7.0, 9.0));
    assertThat(Curves.smoothed(curve).values()).containsExactly(2.0, 2.0, NONE, 7.0, 9.0);
  }

  @Test
  void ofAShortVideoOnlyAnEighthIsTaken() {
    Curve curve = new Curve(List.of(0.0, 0.05, 0.1, 1.0), List.of(1.0, 3.0, 5.0, 7.0));
    assertThat(Curves.smoothed(curve).values()).containsExactly(2.0, 3.0, 4.0, 7.0);
  }
}
