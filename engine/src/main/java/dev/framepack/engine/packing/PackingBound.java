package dev.framepack.engine.packing;

import dev.framepack.engine.packing.PackingNotation.Segment;
import dev.framepack.engine.packing.PackingNotation.Side;
import java.util.ArrayList;
import java.util.List;

/**
 * The paper's bound on the context (section 3.1, eq. 1): if frame i of the history, 0 the newest,
 * costs at most {@code L_f / lambda^i} tokens, then S new frames and any history cost less than
 * {@code (S + lambda / (lambda - 1)) L_f}.
 *
 * @param generatedFrames S
 * @param historyFrames what the contiguous history costs, in full frames; padding not counted
 * @param lambda the largest that fits the packing; 1 when an older frame is at full rate too,
 *     infinite when there is one frame of history
 */
public record PackingBound(int generatedFrames, double historyFrames, double lambda) {

  /** The bound of a packing's history: the longer of the runs on its two sides, no anchors. */
  public static PackingBound of(PackingNotation packing) {
    Side left = packing.left();
    Side right = packing.right();
    boolean past = left.runFrames() >= right.runFrames();
    List<Double> rates = rates(past ? left.run().reversed() : right.run());
    double lambda = Double.POSITIVE_INFINITY;
    double sum = 0;
    for (int i = 0; i < rates.size(); i++) {
      sum += rates.get(i);
      if (i > 0) {
        lambda = Math.min(lambda, Math.pow(rates.get(i), -1.0 / i));
      }
    }
    return new PackingBound(packing.generatedFrames().orElse(0), sum, Math.max(1, lambda));
  }

  /** What each frame costs against a full one, the newest first. */
  private static List<Double> rates(List<Segment> newestFirst) {
    List<Double> rates = new ArrayList<>();
    for (Segment segment : newestFirst) {
      double rate = (double) PatchKernel.FULL.volume() / segment.kernel().volume();
      for (int i = 0; i < segment.frames(); i++) {
        rates.add(rate);
      }
    }
    return rates;
  }

  /** The bound in full frames; infinite when lambda is 1. */
  public double frames() {
    double history = Double.isInfinite(lambda) ? 1 : lambda / (lambda - 1);
    return generatedFrames + history;
  }
}
