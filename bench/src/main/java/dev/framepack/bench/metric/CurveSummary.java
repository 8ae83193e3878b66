package dev.framepack.bench.metric;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import org.jspecify.annotations.Nullable;

/**
 * A curve in four numbers, of the frames that have a value.
 *
 * @param defined how many have one
 */
public record CurveSummary(int defined, double mean, double min, double max) {

  /** Of a curve with NaN where it has no value; null when it has none at all. */
  public static @Nullable CurveSummary of(double[] curve) {
    return of(curve, 0, curve.length);
  }

  static @Nullable CurveSummary of(double[] curve, int from, int to) {
    DoubleSummaryStatistics statistics =
        Arrays.stream(curve, from, to).filter(value -> !Double.isNaN(value)).summaryStatistics();
    return statistics.getCount() == 0
        ? null
        : new CurveSummary(
            Math.toIntExact(statistics.getCount()),
            statistics.getAverage(),
            statistics.getMin(),
            statistics.getMax());
  }
}
