package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.report.EloRating.Game;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Games between variants, judged by metrics: on every scene and seed, every pair meets once for
 * each {@link Vote}.
 */
final class MetricGames {
  private MetricGames() {}

  static List<Game> of(List<CellRecord> records) {
    Map<String, List<Player>> rounds = new LinkedHashMap<>();
    for (CellRecord record : records) {
      CellResult result = record.result();
      if (result != null) {
        rounds
            .computeIfAbsent(record.seed() + " " + record.scene(), key -> new ArrayList<>())
            .add(new Player(record.variant(), metrics(result)));
      }
    }
    List<Game> games = new ArrayList<>();
    rounds.values().forEach(round -> addGames(round, games));
    return games;
  }

  /** A variant's video of a round. */
  private record Player(String variant, Map<String, Metric> metrics) {}

  private static Map<String, Metric> metrics(CellResult result) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    result.measurement().metrics().forEach(metric -> metrics.put(metric.info().name(), metric));
    return metrics;
  }

  private static void addGames(List<Player> round, List<Game> games) {
    for (int i = 0; i < round.size(); i++) {
      for (int j = i + 1; j < round.size(); j++) {
        Player first = round.get(i);
        Player second = round.get(j);
        for (Vote vote : Vote.on(first.metrics())) {
          vote.score(first.metrics(), second.metrics())
              .ifPresent(score -> games.add(new Game(first.variant(), second.variant(), score)));
        }
      }
    }
  }
}
