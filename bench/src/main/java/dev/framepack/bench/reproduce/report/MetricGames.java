package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.report.EloRating.Game;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.Measurement.Better;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Games between variants, judged by metrics: on every scene and seed, every pair meets once for
 * each metric that has a better side and once for each drift, the smaller of which wins. Who has no
 * value, or one of too few frames, loses to who has.
 */
final class MetricGames {
  /** Values closer than this, relative to the larger one, are a draw. */
  static final double DRAW = 0.01;

  private MetricGames() {}

  static List<Game> of(List<CellRecord> records) {
    Map<String, List<CellRecord>> rounds = new LinkedHashMap<>();
    for (CellRecord record : records) {
      if (record.result() != null) {
        rounds
            .computeIfAbsent(record.seed() + " " + record.scene(), key -> new ArrayList<>())
            .add(record);
      }
    }
    List<Game> games = new ArrayList<>();
    rounds.values().forEach(round -> addGames(round, games));
    return games;
  }

  private static void addGames(List<CellRecord> round, List<Game> games) {
    for (int i = 0; i < round.size(); i++) {
      for (int j = i + 1; j < round.size(); j++) {
        addGames(round.get(i), round.get(j), games);
      }
    }
  }

  private static void addGames(CellRecord first, CellRecord second, List<Game> games) {
    Map<String, Metric> others = metrics(second);
    for (Metric metric : metrics(first).values()) {
      Metric other = others.get(metric.id());
      if (other != null) {
        for (Column column : List.of(Column.mean(metric), Column.drift(metric))) {
          score(column, metric, other)
              .ifPresent(score -> games.add(new Game(first.variant(), second.variant(), score)));
        }
      }
    }
  }

  private static OptionalDouble score(Column column, Metric metric, Metric other) {
    double a = column.comparable(metric);
    double b = column.comparable(other);
    boolean neither = Double.isNaN(a) && Double.isNaN(b);
    if (neither || column.better() == Better.NEITHER) {
      return OptionalDouble.empty();
    }
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return OptionalDouble.of(Double.isNaN(b) ? 1 : 0);
    }
    return OptionalDouble.of(score(column.better(), a, b));
  }

  private static double score(Better better, double a, double b) {
    if (Math.abs(a - b) <= DRAW * Math.max(Math.abs(a), Math.abs(b))) {
      return 0.5;
    }
    return a > b == (better == Better.HIGHER) ? 1 : 0;
  }

  private static Map<String, Metric> metrics(CellRecord record) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    CellResult result = record.result();
    if (result != null) {
      result.measurement().metrics().forEach(metric -> metrics.put(metric.id(), metric));
    }
    return metrics;
  }
}
