package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.Measurement.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Curves made fit to be looked at. */
final class Curves {
  /** What {@link #smoothed} does, for readers. */
  static final String SMOOTHING = "half a second, or an eighth of a shorter video";

  private static final double MAX_WINDOW_SECONDS = 0.5;
  private static final double WINDOW_SHARE = 1 / 8.0;

  private Curves() {}

  /** Curves of equally long videos have equal times; any other time counts by itself. */
  static Curve mean(List<Curve> curves) {
    Map<Double, List<Double>> byTime = new TreeMap<>();
    for (Curve curve : curves) {
      for (int i = 0; i < curve.seconds().size(); i++) {
        byTime
            .computeIfAbsent(curve.seconds().get(i), time -> new ArrayList<>())
            .add(curve.values().get(i));
      }
    }
    return new Curve(
        List.copyOf(byTime.keySet()),
        byTime.values().stream().map(values -> Spread.of(values).mean()).toList());
  }

  /**
   * The mean of the values around each; the autoencoder's four frames to a latent flutter, and a
   * trend is what is looked for. A gap stays a gap.
   */
  static Curve smoothed(Curve curve) {
    if (curve.seconds().isEmpty()) {
      return curve;
    }
    double window = Math.min(MAX_WINDOW_SECONDS, curve.seconds().getLast() * WINDOW_SHARE) / 2;
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < curve.values().size(); i++) {
      List<Double> around = new ArrayList<>();
      for (int j = 0; j < curve.values().size(); j++) {
        if (Math.abs(curve.seconds().get(j) - curve.seconds().get(i)) <= window) {
          around.add(curve.values().get(j));
        }
      }
      values.add(Double.isNaN(curve.values().get(i)) ? Double.NaN : Spread.of(around).mean());
    }
    return new Curve(curve.seconds(), values);
  }
}
