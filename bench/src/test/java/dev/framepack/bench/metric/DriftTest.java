package dev.framepack.bench.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftTest {

  private static Drift drift(double... curve) {
    return Objects.requireNonNull(Drift.of(curve));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "6,1", "13,1", "14,2", "20,3", "37,5", "100,15", "289,43"})
  void anEndHas15PercentOfTheFramesAndAtLeastOne(int frames, int end) {
    assertThat(Drift.endFrames(frames)).isEqualTo(end);
  }

  @Test
  void aRampDriftsByTheDistanceOfItsEndsMiddles() {
    double[] ramp = IntStream.range(0, 100).asDoubleStream().toArray();
    Drift drift = drift(ramp);
    assertThat(drift.first()).isEqualTo(7);
    assertThat(drift.last()).isEqualTo(92);
    assertThat(drift.absolute()).isEqualTo(85);
    assertThat(drift.signed()).isEqualTo(85);
    assertThat(drift.relative()).isCloseTo(85.0 / 7, within(1e-12));
  }

  @Test
  void directionOnlyShowsInTheSignedForm() {
    Drift falling = drift(IntStream.range(0, 100).mapToDouble(k -> 99 - k).toArray());
    assertThat(falling.absolute()).isEqualTo(85);
    assertThat(falling.signed()).isEqualTo(-85);
  }

  @Test
  void whatHappensBetweenTheEndsIsNoDrift() {
    double[] curve = new double[40];
    Arrays.fill(curve, 6, 34, 1000);
    assertThat(drift(curve).absolute()).isZero();
    assertThat(drift(curve).relative()).as("against a first end of 0").isNull();
  }

  @Test
  void framesWithoutAValueDoNotCount() {
    double[] curve = new double[20];
    curve[0] = Double.NaN;
    curve[1] = 4;
    curve[2] = 8;
    curve[19] = Double.NaN;
    assertThat(drift(curve).first()).isEqualTo(6);
    assertThat(drift(curve).last()).isZero();
  }

  @Test
  void anEndWithoutAnyValueHasNoDrift() {
    assertThat(Drift.of(new double[] {Double.NaN, 1, 2, 3})).isNull();
    assertThat(Drift.of(new double[] {1, 2, 3, Double.NaN})).isNull();
    assertThat(drift(5).absolute()).as("one frame is both ends").isZero();
  }
}
