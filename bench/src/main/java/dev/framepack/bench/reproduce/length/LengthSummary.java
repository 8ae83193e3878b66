package dev.framepack.bench.reproduce.length;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All rounds together.
 *
 * @param lengths by rising length
 * @param ratios median section of the longest video over that of the shortest, round by round
 * @param machine what it was measured on
 */
public record LengthSummary(List<Length> lengths, List<Double> ratios, String machine) {

  /**
   * One length over all rounds.
   *
   * @param seconds of video
   * @param sections it was made in
   * @param videos how many were made
   * @param medianSectionMillis of all sections
   * @param ownGrowth median of each video's last quarter over that of its first quarter, its first
   *     and last section, which decode other windows, left out; 1 where there are too few
   * @param peakBytes of the tensors
   * @param heapBytes of the Java heap while a video is held, the most of any round
   */
  public record Length(
      double seconds,
      int sections,
      int videos,
      double medianSectionMillis,
      double ownGrowth,
      long peakBytes,
      long heapBytes) {

    /** Time of one video's sections, seconds. */
    public double totalSeconds() {
      return sections * medianSectionMillis / 1e3;
    }
  }

  private static final int LEAST_FOR_GROWTH = 16;

  public LengthSummary {
    lengths = List.copyOf(lengths);
    ratios = List.copyOf(ratios);
  }

  /** Of what a folder holds. */
  public static LengthSummary of(List<LengthCost> costs) {
    Map<Double, List<LengthCost>> byLength = new TreeMap<>();
    Map<Integer, Map<Double, LengthCost>> byRound = new TreeMap<>();
    for (LengthCost cost : costs) {
      byLength.computeIfAbsent(cost.seconds(), s -> new ArrayList<>()).add(cost);
      byRound.computeIfAbsent(cost.round(), r -> new TreeMap<>()).put(cost.seconds(), cost);
    }
    List<Double> ratios = new ArrayList<>();
    for (Map<Double, LengthCost> round : byRound.values()) {
      if (round.size() == byLength.size()) {
        List<LengthCost> rising = List.copyOf(round.values());
        ratios.add(
            rising.getLast().medianSectionMillis() / rising.getFirst().medianSectionMillis());
      }
    }
    return new LengthSummary(
        byLength.values().stream().map(LengthSummary::length).toList(),
        ratios,
        costs.isEmpty() ? "" : costs.getLast().machine());
  }

  private static Length length(List<LengthCost> rounds) {
    LengthCost any = rounds.getFirst();
    List<Double> all = rounds.stream().flatMap(cost -> cost.sectionMillis().stream()).toList();
    return new Length(
        any.seconds(),
        any.sections(),
        all.size() / any.sections(),
        LengthCost.median(all),
        ownGrowth(all, any.sections()),
        rounds.stream().mapToLong(LengthCost::peakBytes).max().orElse(0),
        rounds.stream().mapToLong(LengthCost::heapBytes).max().orElse(0));
  }

  private static double ownGrowth(List<Double> millis, int sections) {
    if (sections < LEAST_FOR_GROWTH) {
      return 1;
    }
    List<Double> ratios = new ArrayList<>();
    int quarter = (sections - 2) / 4;
    for (int start = 0; start + sections <= millis.size(); start += sections) {
      List<Double> inner = millis.subList(start + 1, start + sections - 1);
      double first = LengthCost.median(inner.subList(0, quarter));
      double last = LengthCost.median(inner.subList(inner.size() - quarter, inner.size()));
      ratios.add(last / first);
    }
    return LengthCost.median(ratios);
  }

  /** Median section of the longest over the shortest, the median of the rounds. */
  public double ratio() {
    return LengthCost.median(ratios);
  }

  /** Whether all lengths take the same memory. */
  public boolean isPeakEqual() {
    return lengths.stream().mapToLong(Length::peakBytes).distinct().count() <= 1;
  }
}
