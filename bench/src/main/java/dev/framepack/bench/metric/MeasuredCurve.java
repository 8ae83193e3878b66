package dev.framepack.bench.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a metric says about each frame of a video.
 *
 * @param values in order of time; null where the metric is not defined
 * @param summary of the values; null when there are none
 * @param drift between the ends; null when one of them has no value
 */
public record MeasuredCurve(
    MetricInfo metric,
    List<@Nullable Double> values,
    @Nullable CurveSummary summary,
    @Nullable Drift drift) {

  public MeasuredCurve {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /** From values with NaN where the metric is not defined. */
  public static MeasuredCurve of(MetricInfo metric, double[] values) {
    List<@Nullable Double> boxed = new ArrayList<>();
    for (double value : values) {
      boxed.add(Double.isNaN(value) ? null : value);
    }
    return new MeasuredCurve(metric, boxed, CurveSummary.of(values), Drift.of(values));
  }

  /** The values with NaN where the metric is not defined. */
  public double[] toArray() {
    double[] array = new double[values.size()];
    Arrays.setAll(
        array,
        k -> {
          Double value = values.get(k);
          return value == null ? Double.NaN : value;
        });
    return array;
  }

  /** Mean of the values; NaN when there are none. */
  public double mean() {
    return summary == null ? Double.NaN : summary.mean();
  }
}
