package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One judge of a game between two videos: a figure, and how far two of them must be apart for a
 * winner. There is one for each thing that can go wrong, so that none counts twice.
 *
 * @param metric name
 * @param isDrift whether the metric's drift is judged, the smaller of which wins, and not its mean
 * @param floor values no further apart are a draw, in the metric's unit
 */
record Vote(String metric, boolean isDrift, double floor) {
  /**
   * Values no further apart, relative to the larger one, are a draw too where lower is better: the
   * higher ones are at most 1, and a small share of that is a large one of what is missing.
   */
  static final double RELATIVE_FLOOR = 0.02;

  /** Just noticeable in CIELAB (Mahy et al., 1994). */
  private static final double NOTICEABLE = 2.3;

  private static final double LEVEL = 1 / 255.0;

  /**
   * What noise of one level adds to the variance of the Laplacian, whose squared taps sum to 20.
   */
  private static final double NOISE_OF_A_LEVEL = 20;

  /** Against the truth, where it is known. */
  static final List<Vote> WITH_TRUTH =
      List.of(
          new Vote("position-error", false, 0.5),
          new Vote("shape-form", false, 0.01),
          new Vote("shape-color-shift", false, NOTICEABLE),
          new Vote("ssim", false, 0.01),
          new Vote("frechet-future", false, 0.01));

  /** Against the start image and the video's own begin, where nothing else is known. */
  static final List<Vote> WITHOUT_TRUTH =
      List.of(
          new Vote("color-shift", false, NOTICEABLE),
          new Vote("identity", false, 0.01),
          new Vote("motion-smoothness", false, LEVEL),
          new Vote("clarity", true, NOISE_OF_A_LEVEL));

  /**
   * The votes on a video: those with the truth where the first of them can be given.
   *
   * @param metrics of the video, by name
   */
  static List<Vote> on(Map<String, Metric> metrics) {
    return metrics.containsKey(WITH_TRUTH.getFirst().metric()) ? WITH_TRUTH : WITHOUT_TRUTH;
  }

  /**
   * The score of the first video: 1 won, 0.5 drawn, 0 lost. Who has no value loses to who has;
   * empty where neither has one.
   *
   * @param first metrics of a video, by name
   * @param second those of the other
   */
  OptionalDouble score(Map<String, Metric> first, Map<String, Metric> second) {
    Metric one = first.get(metric);
    Metric other = second.get(metric);
    double a = value(one);
    double b = value(other);
    if (Double.isNaN(a) && Double.isNaN(b)) {
      return OptionalDouble.empty();
    }
    if (one == null || Double.isNaN(a) || Double.isNaN(b)) {
      return OptionalDouble.of(Double.isNaN(b) ? 1 : 0);
    }
    boolean isHigherBetter = column(one).better() == Better.HIGHER;
    double relative = isHigherBetter ? 0 : RELATIVE_FLOOR * Math.max(Math.abs(a), Math.abs(b));
    if (Math.abs(a - b) <= Math.max(floor, relative)) {
      return OptionalDouble.of(0.5);
    }
    return OptionalDouble.of(a > b == isHigherBetter ? 1 : 0);
  }

  private double value(@Nullable Metric found) {
    double value = found == null ? Double.NaN : column(found).of(found);
    return Double.isFinite(value) ? value : Double.NaN;
  }

  private Column column(Metric found) {
    return isDrift ? Column.drift(found) : Column.mean(found);
  }

  /** For people: what is judged, and within what it is a draw. */
  @Override
  public String toString() {
    String what = metric.replace('-', ' ');
    return String.format(Locale.ROOT, "%s%s (%.2g)", isDrift ? "drift of " : "", what, floor);
  }
}
