package dev.framepack.bench.metric;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * How far a metric M moves between the ends of a video V: {@code |M(first 15 % of V) - M(last 15 %
 * of V)|} (FramePack, arXiv 2504.12626v3, eq. 7). With N frames an end has {@code max(1, floor(0.15
 * N))}; M of an end is the mean over its frames that have a value.
 *
 * @param first M of the first frames, in the metric's unit
 * @param last M of the last frames, in the metric's unit
 */
@JsonIgnoreProperties(
    value = {"absolute", "signed", "relative"},
    allowGetters = true)
public record Drift(double first, double last) {
  private static final int END_PERCENT = 15;

  /** Of a curve with NaN where it has no value; null when an end has no value at all. */
  public static @Nullable Drift of(double[] curve) {
    int end = endFrames(curve.length);
    CurveSummary first = CurveSummary.of(curve, 0, Math.min(end, curve.length));
    CurveSummary last = CurveSummary.of(curve, Math.max(0, curve.length - end), curve.length);
    return first == null || last == null ? null : new Drift(first.mean(), last.mean());
  }

  /** Frames of one end of a video. */
  public static int endFrames(int frames) {
    return Math.toIntExact(Math.max(1, (long) frames * END_PERCENT / 100));
  }

  /** What the paper reports; its sign is gone because a video may be made last frame first. */
  @JsonProperty
  public double absolute() {
    return Math.abs(signed());
  }

  /** Last less first: positive when the metric grows over time. */
  @JsonProperty
  public double signed() {
    return last - first;
  }

  /**
   * Absolute drift as a fraction of the first end's value; null when that is 0. It says little of
   * metrics that begin near 0, such as distances to frame 0.
   */
  @JsonProperty
  public @Nullable Double relative() {
    return first == 0 ? null : absolute() / Math.abs(first);
  }
}
