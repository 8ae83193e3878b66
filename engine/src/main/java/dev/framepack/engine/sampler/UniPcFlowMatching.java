package dev.framepack.engine.sampler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ObjIntConsumer;

/**
 * UniPC for flow matching: a predictor-corrector of order up to 3 on the x0 prediction (Zhao et
 * al., arXiv 2302.04867, as the desktop application of FramePack runs it; spec section 3).
 *
 * <p>Every update is a linear combination of the last corrected x and the last x0 predictions, so a
 * step is: evaluate, correct x with what was learnt, predict the next x.
 */
public final class UniPcFlowMatching implements Sampler {

  /** Which B(h) normalises the weights. */
  public enum Variant {
    BH1,
    BH2
  }

  private static final int MAX_ORDER = 3;

  private final Variant variant;

  public UniPcFlowMatching(Variant variant) {
    this.variant = variant;
  }

  @Override
  public String name() {
    return "unipc-" + variant.name().toLowerCase(Locale.ROOT);
  }

  /** One x0 prediction and where it was made. */
  private record Prediction<T>(T x0, double lambda) {}

  @Override
  public <T> T sample(
      SigmaSchedule schedule,
      T start,
      Denoiser<T> model,
      LatentAlgebra<T> algebra,
      ObjIntConsumer<T> afterStep) {
    int steps = schedule.steps();
    int maxOrder = Math.min(MAX_ORDER, steps - 1);
    T corrected = start;
    T predicted = algebra.allocate();
    algebra.combine(predicted, new double[] {1}, List.of(start));
    T velocity = algebra.allocate();
    List<T> spare = new ArrayList<>();
    for (int i = 0; i <= maxOrder; i++) {
      spare.add(algebra.allocate());
    }
    List<Prediction<T>> newestFirst = new ArrayList<>();
    T x0 = start;
    for (int i = 0; i < steps; i++) {
      double sigma = schedule.sigma(i);
      model.velocity(i, predicted, velocity);
      x0 = newestFirst.size() > maxOrder ? newestFirst.removeLast().x0() : spare.removeLast();
      algebra.combine(x0, new double[] {1, -sigma}, List.of(predicted, velocity));
      Prediction<T> newest = new Prediction<>(x0, -Math.log(sigma));
      if (i > 0) {
        UniPcUpdate update =
            update(Math.min(maxOrder, i), newestFirst, newest.lambda(), schedule, i);
        apply(update, true, corrected, newestFirst, newest, corrected, algebra);
      }
      newestFirst.addFirst(newest);
      afterStep.accept(corrected, i);
      if (i + 1 < steps) {
        double lambda = -Math.log(schedule.sigma(i + 1));
        UniPcUpdate update =
            update(Math.min(maxOrder, i + 1), newestFirst, lambda, schedule, i + 1);
        apply(update, false, corrected, newestFirst, newest, predicted, algebra);
      }
    }
    return x0;
  }

  private <T> UniPcUpdate update(
      int order,
      List<Prediction<T>> newestFirst,
      double lambda,
      SigmaSchedule schedule,
      int target) {
    double from = newestFirst.getFirst().lambda();
    double h = lambda - from;
    double[] ratios = new double[order];
    for (int k = 1; k < order; k++) {
      ratios[k - 1] = (newestFirst.get(k).lambda() - from) / h;
    }
    ratios[order - 1] = 1;
    return UniPcUpdate.solve(
        variant, h, ratios, schedule.sigma(target) / schedule.sigma(target - 1));
  }

  /**
   * Writes base - B (sum of weighted differences), expanded to weights of x and of each prediction.
   */
  private static <T> void apply(
      UniPcUpdate update,
      boolean correct,
      T x,
      List<Prediction<T>> newestFirst,
      Prediction<T> newest,
      T target,
      LatentAlgebra<T> algebra) {
    double[] rho = correct ? update.correctorWeights() : update.predictorWeights();
    List<T> terms = new ArrayList<>(List.of(x, newestFirst.getFirst().x0()));
    List<Double> coefficients = new ArrayList<>(List.of(update.xWeight(), -update.phi1()));
    for (int k = 0; k < rho.length; k++) {
      boolean last = correct && k == rho.length - 1;
      double weight = -update.b() * rho[k] / (last ? 1 : update.ratios()[k]);
      terms.add(last ? newest.x0() : newestFirst.get(k + 1).x0());
      coefficients.add(weight);
      coefficients.set(1, coefficients.get(1) - weight);
    }
    algebra.combine(
        target, coefficients.stream().mapToDouble(Double::doubleValue).toArray(), terms);
  }
}
