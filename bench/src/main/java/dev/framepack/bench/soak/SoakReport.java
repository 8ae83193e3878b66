package dev.framepack.bench.soak;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a soak found.
 *
 * @param seed that repeats its choices
 * @param elapsed wall time
 */
record SoakReport(long seed, Duration elapsed, Tally tally, UsageTrend trend) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final double MIB = 1 << 20;

  /** True when nothing was lost, nothing was wrong, and nothing grows. */
  boolean isPassed() {
    return tally.isClean() && (!trend.isLongEnough() || trend.isFlat());
  }

  /** How it stands, in one line. */
  static String line(Duration elapsed, Tally tally, ProcessUsage usage) {
    return String.format(
        Locale.ROOT,
        "%3d min  jobs %s, cancelled %s, refused %s, faults %s, kills %s  |  resident %.0f MiB, heap %.0f MiB, tensors %.1f MiB, fds %s, threads %s  |  lost %s, corrupted %s, other %s",
        elapsed.toMinutes(),
        tally.get(Tally.Count.JOBS),
        tally.get(Tally.Count.CANCELLED),
        tally.get(Tally.Count.BAD_INPUTS),
        tally.get(Tally.Count.HOST_FAULTS)
            + tally.get(Tally.Count.POISONED)
            + tally.get(Tally.Count.DEVICE_FAULTS)
            + tally.get(Tally.Count.DISKS_FULL),
        tally.get(Tally.Count.KILLS),
        usage.residentBytes() / MIB,
        usage.heapBytes() / MIB,
        usage.arenaBytes() / MIB,
        usage.fileDescriptors(),
        usage.threads(),
        tally.get(Tally.Count.LOST),
        tally.get(Tally.Count.CORRUPTED),
        tally.get(Tally.Count.UNEXPECTED));
  }

  /** The table at the end. */
  String table() {
    StringJoiner table = new StringJoiner(System.lineSeparator());
    table.add("soak of %s s, seed %s".formatted(elapsed.toSeconds(), seed));
    for (Tally.Count count : Tally.Count.values()) {
      table.add(String.format(Locale.ROOT, "  %-36s %12d", count.text(), tally.get(count)));
    }
    for (UsageTrend.Figure figure : trend.figures()) {
      if (figure.first() >= 0) {
        table.add(
            String.format(
                Locale.ROOT,
                "  %-36s %12d -> %s%s",
                figure.name(),
                figure.first(),
                figure.last(),
                figure.isFlat() ? "" : "  GROWS"));
      }
    }
    if (!trend.isLongEnough()) {
      table.add("  growth is not judged: fewer than %s rounds".formatted(UsageTrend.LEAST_SAMPLES));
    }
    tally.notes().forEach(note -> table.add("  " + note));
    table.add(isPassed() ? "passed" : "FAILED");
    return table.toString();
  }

  /** The same as JSON. */
  String json() {
    Map<String, Object> counts = new LinkedHashMap<>();
    for (Tally.Count count : Tally.Count.values()) {
      counts.put(count.text(), tally.get(count));
    }
    List<Map<String, Object>> usage =
        trend.figures().stream()
            .<Map<String, Object>>map(figure ->
                new LinkedHashMap<>(
                    Map.of(
                        "name", figure.name(),
                        "first", figure.first(),
                        "last", figure.last(),
                        "flat", figure.isFlat())))
            .toList();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("seed", seed);
    report.put("seconds", elapsed.toSeconds());
    report.put("passed", isPassed());
    report.put("judged", trend.isLongEnough());
    report.put("counts", counts);
    report.put("usage", usage);
    report.put("notes", tally.notes());
    return JSON.writeValueAsString(report);
  }
}
