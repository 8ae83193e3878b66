package dev.framepack.bench.metric.feature;

import org.apache.commons.math3.exception.MaxCountExceededException;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.stat.correlation.Covariance;

/**
 * The Fréchet distance of two sets of features, each taken for a Gaussian (Heusel et al., NeurIPS
 * 2017, eq. 6): {@code |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))}, squared units of the features.
 *
 * <p>The root is taken as {@code (C1^(1/2) C2 C1^(1/2))^(1/2)}, of the same trace: all matrices
 * stay symmetric, and eigenvalues below 0 by rounding count as 0, so that singular covariances
 * (fewer pictures than features) need no correction.
 */
public final class FrechetDistance {
  private static final int LEAST_SAMPLES = 2;

  private FrechetDistance() {}

  /**
   * Between two sets, [samples, features] each; the covariances are unbiased. NaN where the
   * eigenvalues of these are not found.
   *
   * @throws IllegalArgumentException if a set has fewer than 2 samples or the features differ in
   *     number
   */
  public static double between(double[][] a, double[][] b) {
    requireSamples(a);
    requireSamples(b);
    try {
      return ofGaussians(mean(a), covariance(a), mean(b), covariance(b));
    } catch (MaxCountExceededException e) {
      return Double.NaN;
    }
  }

  /** Between two Gaussians: means [n], covariances [n, n], symmetric. */
  static double ofGaussians(RealVector meanA, RealMatrix a, RealVector meanB, RealMatrix b) {
    if (meanA.getDimension() != meanB.getDimension()) {
      throw new IllegalArgumentException(
          "features of the second set: expected %s, found %s"
              .formatted(meanA.getDimension(), meanB.getDimension()));
    }
    double means = Math.pow(meanA.getDistance(meanB), 2);
    RealMatrix root = squareRoot(a);
    double rootTrace = 0;
    for (double eigenvalue : eigen(root.multiply(b).multiply(root)).getRealEigenvalues()) {
      rootTrace += Math.sqrt(Math.max(0, eigenvalue));
    }
    return Math.max(0, means + a.getTrace() + b.getTrace() - 2 * rootTrace);
  }

  private static RealMatrix squareRoot(RealMatrix symmetric) {
    EigenDecomposition eigen = eigen(symmetric);
    double[] roots = eigen.getRealEigenvalues();
    for (int i = 0; i < roots.length; i++) {
      roots[i] = Math.sqrt(Math.max(0, roots[i]));
    }
    return eigen
        .getV()
        .multiply(MatrixUtils.createRealDiagonalMatrix(roots))
        .multiply(eigen.getVT());
  }

  // Products of matrices are symmetric up to rounding only, which would make eigenvalues complex.
  private static EigenDecomposition eigen(RealMatrix nearlySymmetric) {
    return new EigenDecomposition(
        nearlySymmetric.add(nearlySymmetric.transpose()).scalarMultiply(0.5));
  }

  private static RealVector mean(double[][] samples) {
    RealVector sum = new ArrayRealVector(samples[0].length);
    for (double[] sample : samples) {
      sum = sum.add(new ArrayRealVector(sample, false));
    }
    return sum.mapDivide(samples.length);
  }

  private static RealMatrix covariance(double[][] samples) {
    return new Covariance(new Array2DRowRealMatrix(samples, false)).getCovarianceMatrix();
  }

  private static void requireSamples(double[][] samples) {
    if (samples.length < LEAST_SAMPLES) {
      throw new IllegalArgumentException(
          "samples for a covariance: expected %s or more, found %s"
              .formatted(LEAST_SAMPLES, samples.length));
    }
  }
}
