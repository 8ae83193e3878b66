package dev.framepack.bench.reproduce.run;

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
public record Measurement(List<Metric> metrics, List<Absent> absent) {

  public Measurement {
    metrics = List.copyOf(metrics);
    absent = List.copyOf(absent);
  }

  /** Which of two values is the better one. */
  public enum Better {
    HIGHER,
    LOWER,
    /** Neither: it describes and does not judge. */
    NEITHER
  }

  /**
   * One metric of a video.
   *
   * @param id stable name, {@code position-error}
   * @param label for tables and plots
   * @param unit of the values; empty for plain numbers
   * @param about what is computed, in a sentence
   * @param mean over the frames that have a value
   * @param defined share of the frames that have one, 0 to 1
   * @param drift how far the end is from the beginning, in the unit and never negative; null where
   *     it is not defined
   * @param curve over time; without points where it is one number per video
   */
  public record Metric(
      String id,
      String label,
      String unit,
      Better better,
      String about,
      double mean,
      double defined,
      @Nullable Double drift,
      Curve curve) {
    /** Below this share a mean says little, such as a shape's place in a video that lost it. */
    private static final double FEW = 1 / 3.0;

    /** Whether too few frames have a value for the mean to be compared with another. */
    public boolean isScarce() {
      return defined < FEW;
    }
  }

  /**
   * A metric that was not measured.
   *
   * @param about what would be computed, in a sentence
   * @param needs what would have to be there
   */
  public record Absent(String id, String about, String needs) {}

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
            "curve: %d times and %d values".formatted(seconds.size(), values.size()));
      }
    }

    /**
     * A curve of a value per frame, by means over equal runs of frames where there are more than
     * {@link #MAX_POINTS}. Values that are not finite do not count; what is kept has six digits,
     * and milliseconds.
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
