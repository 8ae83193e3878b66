package dev.framepack.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What the process held from sample to sample, and whether that grows: the medians of the first and
 * the last quarter of the samples after warming up are compared.
 */
final class UsageTrend {
  /**
   * A figure at both ends.
   *
   * @param allowedShare how much of the first it may grow
   * @param allowedMore and how much beside that
   */
  record Figure(String name, long first, long last, double allowedShare, long allowedMore) {
    boolean isFlat() {
      return first < 0 || last <= first * (1 + allowedShare) + allowedMore;
    }
  }

  private record Watched(
      String name, ToLongFunction<ProcessUsage> of, double allowedShare, long allowedMore) {}

  /** Below this many samples nothing is said of growth. */
  static final int LEAST_SAMPLES = 8;

  private static final long MIB = 1 << 20;
  private static final double WARMING_SHARE = 0.2;

  // Collectors and compilers keep memory back in their own time; what is ours must not move at all.
  private static final List<Watched> WATCHED =
      List.of(
          new Watched("resident bytes", ProcessUsage::residentBytes, 0.05, 8 * MIB),
          new Watched("heap bytes", ProcessUsage::heapBytes, 0.05, 2 * MIB),
          new Watched("native bytes", ProcessUsage::nativeBytes, 0.05, 8 * MIB),
          new Watched("tensor bytes", ProcessUsage::arenaBytes, 0, 0),
          new Watched("file descriptors", ProcessUsage::fileDescriptors, 0, 2),
          new Watched("threads", ProcessUsage::threads, 0, 2));

  private final List<ProcessUsage> samples = new ArrayList<>();

  void add(ProcessUsage usage) {
    samples.add(usage);
  }

  /** True when there is enough to judge. */
  boolean isLongEnough() {
    return samples.size() >= LEAST_SAMPLES;
  }

  List<Figure> figures() {
    List<ProcessUsage> warm =
        samples.subList((int) Math.ceil(samples.size() * WARMING_SHARE), samples.size());
    int quarter = Math.min(warm.size(), Math.max(1, warm.size() / 4));
    return WATCHED.stream()
        .map(watched ->
            new Figure(
                watched.name(),
                median(warm.subList(0, quarter), watched.of()),
                median(warm.subList(warm.size() - quarter, warm.size()), watched.of()),
                watched.allowedShare(),
                watched.allowedMore()))
        .toList();
  }

  boolean isFlat() {
    return figures().stream().allMatch(Figure::isFlat);
  }

  private static long median(List<ProcessUsage> some, ToLongFunction<ProcessUsage> of) {
    long[] values = some.stream().mapToLong(of).sorted().toArray();
    return values.length == 0 ? ProcessUsage.UNKNOWN : values[values.length / 2];
  }
}
