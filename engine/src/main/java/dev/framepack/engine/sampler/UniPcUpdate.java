package dev.framepack.engine.sampler;

/**
 * The scalars of one UniPC update from s to t (spec section 3): {@code base = (t/s) x - p1 m_s},
 * minus B times weighted differences of earlier predictions.
 *
 * @param xWeight sigma_t / sigma_s
 * @param phi1 p1 = expm1(-h)
 * @param b normaliser B: -h (bh1) or expm1(-h) (bh2)
 * @param ratios r_k of the earlier predictions, newest first, then 1
 * @param predictorWeights rho of the earlier predictions
 * @param correctorWeights rho of the earlier predictions, then of the new one
 */
record UniPcUpdate(
    double xWeight,
    double phi1,
    double b,
    double[] ratios,
    double[] predictorWeights,
    double[] correctorWeights) {

  static UniPcUpdate solve(
      UniPcFlowMatching.Variant variant, double h, double[] ratios, double xWeight) {
    int order = ratios.length;
    double q = -h;
    double phi1 = Math.expm1(q);
    double b = variant == UniPcFlowMatching.Variant.BH1 ? q : phi1;
    double[] right = new double[order];
    double g = phi1 / q - 1;
    double factorial = 1;
    for (int j = 1; j <= order; j++) {
      right[j - 1] = g * factorial / b;
      factorial *= j + 1;
      g = g / q - 1 / factorial;
    }
    double[] predictor =
        switch (order) {
          case 1 -> new double[0];
          case 2 -> new double[] {0.5};
          default -> vandermonde(ratios, right, order - 1);
        };
    double[] corrector = order == 1 ? new double[] {0.5} : vandermonde(ratios, right, order);
    return new UniPcUpdate(xWeight, phi1, b, ratios, predictor, corrector);
  }

  /**
   * Solves sum_j ratio_j^(i-1) rho_j = right_i for the first {@code size} rows, by elimination with
   * pivoting.
   */
  private static double[] vandermonde(double[] ratios, double[] right, int size) {
    double[][] rows = new double[size][size + 1];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        rows[i][j] = Math.pow(ratios[j], i);
      }
      rows[i][size] = right[i];
    }
    for (int column = 0; column < size; column++) {
      int pivot = column;
      for (int i = column + 1; i < size; i++) {
        if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) {
          pivot = i;
        }
      }
      double[] swapped = rows[column];
      rows[column] = rows[pivot];
      rows[pivot] = swapped;
      for (int i = 0; i < size; i++) {
        double factor = i == column ? 0 : rows[i][column] / rows[column][column];
        for (int j = column; factor != 0 && j <= size; j++) {
          rows[i][j] -= factor * rows[column][j];
        }
      }
    }
    double[] solution = new double[size];
    for (int i = 0; i < size; i++) {
      solution[i] = rows[i][size] / rows[i][i];
    }
    return solution;
  }
}
