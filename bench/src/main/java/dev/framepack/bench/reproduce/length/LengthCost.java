package dev.framepack.bench.reproduce.length;

import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * What videos of one length cost in one round: a line of {@code cost.jsonl}.
 *
 * @param round 0-based; every round makes every length
 * @param seconds of video
 * @param sections each video was made in
 * @param sectionMillis wall time of each section, in order of generation, one video after the other
 *     where a round makes several
 * @param peakBytes most that tensors take at one time, weights included: planned, which runs reach
 *     to the byte
 * @param heapBytes of the Java heap in use while a finished video is held, garbage collected
 * @param machine what it was measured on
 */
public record LengthCost(
    int round,
    double seconds,
    int sections,
    List<Double> sectionMillis,
    long peakBytes,
    long heapBytes,
    String machine) {

  public LengthCost {
    sectionMillis = List.copyOf(sectionMillis);
  }

  /** Median of the sections, milliseconds. */
  public double medianSectionMillis() {
    return median(sectionMillis);
  }

  static double median(List<Double> values) {
    return new Median().evaluate(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
