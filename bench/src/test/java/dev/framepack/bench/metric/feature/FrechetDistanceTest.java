package dev.framepack.bench.metric.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;

/** The Fréchet distance of Gaussians against closed forms. */
class FrechetDistanceTest {
  private static final RealVector ORIGIN = new ArrayRealVector(2);

  private static RealVector vector(double... values) {
    return new ArrayRealVector(values);
  }

  private static RealMatrix diagonal(double... values) {
    return MatrixUtils.createRealDiagonalMatrix(values);
  }

  @Test
  void diagonalGaussians() {
    double distance =
        FrechetDistance.ofGaussians(
            vector(1, 2, 3), diagonal(4, 9, 0), vector(1, 4, 6), diagonal(1, 25, 16));
    // |m1 - m2|^2 + sum over (s1 - s2)^2 of the deviations.
    assertThat(distance).isCloseTo(4 + 9 + 1 + 4 + 16, within(1e-9));
  }

  @Test
  void covariancesThatDoNotCommute() {
    RealMatrix a = MatrixUtils.createRealMatrix(new double[][] {{2, 1}, {1, 2}});
    RealMatrix b = MatrixUtils.createRealMatrix(new double[][] {{3, -1}, {-1, 1}});
    // tr of the root of a 2x2 matrix M: sqrt(tr M + 2 sqrt(det M)); tr(ab) = 6, det(ab) = 3 * 2.
    double expected = 4 + 4 - 2 * Math.sqrt(6 + 2 * Math.sqrt(6));
    assertThat(FrechetDistance.ofGaussians(ORIGIN, a, ORIGIN, b)).isCloseTo(expected, within(1e-9));
    assertThat(FrechetDistance.ofGaussians(ORIGIN, b, ORIGIN, a)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void rankOneCovariancesAtARightAngle() {
    RealMatrix along = MatrixUtils.createRealMatrix(new double[][] {{1, 1}, {1, 1}});
    RealMatrix across = MatrixUtils.createRealMatrix(new double[][] {{1, -1}, {-1, 1}});
    assertThat(FrechetDistance.ofGaussians(ORIGIN, along, ORIGIN, across))
        .isCloseTo(4, within(1e-7));
    assertThat(FrechetDistance.ofGaussians(ORIGIN, along, ORIGIN, along))
        .isCloseTo(0, within(1e-7));
  }

  @Test
  void aSetHasNoDistanceToItselfEvenWithFewerSamplesThanFeatures() {
    double[][] samples = samples(5, 40, 0);
    assertThat(FrechetDistance.between(samples, samples)).isCloseTo(0, within(1e-6));
  }

  @Test
  void aMovedSetIsAsFarAsItWasMovedSquared() {
    assertThat(FrechetDistance.between(samples(6, 20, 0), samples(6, 20, 0.5)))
        .isCloseTo(20 * 0.25, within(1e-6));
  }

  @Test
  void constantSetsDifferByTheirMeansOnly() {
    double[][] a = {{1, 2}, {1, 2}};
    double[][] b = {{4, 6}, {4, 6}};
    assertThat(FrechetDistance.between(a, b)).isCloseTo(25, within(1e-12));
  }

  @Test
  void covariancesOfSamplesAreUnbiased() {
    double[][] a = {{0}, {2}};
    double[][] b = {{0}, {4}};
    // Means 1 and 2; deviations sqrt(2) and sqrt(8).
    assertThat(FrechetDistance.between(a, b)).isCloseTo(1 + 2, within(1e-9));
  }

  private static double[][] samples(int count, int features, double shift) {
    Random random = new Random(11);
    double[][] samples = new double[count][features];
    for (double[] sample : samples) {
      for (int i = 0; i < features; i++) {
        sample[i] = random.nextGaussian() + shift;
      }
    }
    return samples;
  }

  @Test
  void setsThatHaveNoDistanceAreRefused() {
    assertThatThrownBy(() -> FrechetDistance.between(samples(1, 3, 0), samples(4, 3, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("samples for a covariance: expected 2 or more, found 1");
    assertThatThrownBy(() -> FrechetDistance.between(samples(4, 3, 0), samples(4, 2, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("features of the second set: expected 3, found 2");
  }
}
