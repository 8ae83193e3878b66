package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.metric.AbsentMetric;
import dev.framepack.bench.metric.MetricInfo;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of one video.
 *
 * @param metrics what could be measured
 * @param absent what could not
 */
public record Measurement(List<Metric> metrics, List<AbsentMetric> absent) {

  public Measurement {
    metrics = List.copyOf(metrics);
    absent = List.copyOf(absent);
  }

  /**
   * One metric of a video.
   *
   * @param info what is computed, in which unit, and which values are good
   * @param mean over the frames that have a value; NaN where none has
   * @param drift how far the end is from the beginning, in the unit and never negative; null where
   *     it is not defined
   * @param curve over time; without points where it is one number per video
   */
  public record Metric(MetricInfo info, double mean, @Nullable Double drift, Curve curve) {}

  /**
   * Values over time.
   *
   * @param seconds since the start image
   * @param values as many; NaN where a frame has none
   */
  public record Curve(List<Double> seconds, List<Double> values) {
    /** Of a metric that has one number per video. */
    public static final Curve NONE = new Curve(List.of(), List.of());

    /** Most points of a curve that is kept. */
    public static final int MAX_POINTS = 200;

    public Curve {
      seconds = List.copyOf(seconds);
      values = List.copyOf(values);
      if (seconds.size() != values.size()) {
        throw new IllegalArgumentException(
            "curve: %s times and %s values".formatted(seconds.size(), values.size()));
      }
    }

    /**
     * A curve of a value per frame, by means over runs of about as many frames each where there are
     * more than {@link #MAX_POINTS}. Values that are not finite do not count; what is kept has six
     * digits, and milliseconds.
     */
    public static Curve of(double[] perFrame, double framesPerSecond) {
      int points = Math.min(perFrame.length, MAX_POINTS);
      Double[] seconds = new Double[points];
      Double[] values = new Double[points];
      for (int i = 0; i < points; i++) {
        int begin = (int) ((long) i * perFrame.length / points);
        int end = (int) ((long) (i + 1) * perFrame.length / points);
        seconds[i] = Math.rint((begin + end - 1) / 2.0 / framesPerSecond * 1e3) / 1e3;
        values[i] = sixDigits(mean(perFrame, begin, end));
      }
      return new Curve(List.of(seconds), List.of(values));
    }

    private static double sixDigits(double value) {
      return Double.isFinite(value)
          ? new BigDecimal(value).round(new MathContext(6)).doubleValue()
          : value;
    }

    private static double mean(double[] values, int begin, int end) {
      double sum = 0;
      int count = 0;
      for (int i = begin; i < end; i++) {
        if (Double.isFinite(values[i])) {
          sum += values[i];
          count++;
        }
      }
      return count == 0 ? Double.NaN : sum / count;
    }
  }
}
