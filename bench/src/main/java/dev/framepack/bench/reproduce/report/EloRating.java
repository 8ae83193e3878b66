package dev.framepack.bench.reproduce.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Elo ratings from games between variants (K = {@value #K}, as the paper takes for its human votes;
 * A. Elo, The Rating of Chessplayers, 1978). A rating depends on the order of the games, so it is
 * the mean over shuffled orders.
 */
final class EloRating {
  /** Most points a game moves. */
  static final double K = 32;

  /** Rating before the first game. */
  static final double START = 1000;

  /** Shuffled orders of the games the ratings are averaged over. */
  static final int PASSES = 64;

  private static final double SCALE = 400;

  /**
   * One meeting.
   *
   * @param score of the first: 1 won, 0.5 drawn, 0 lost
   */
  record Game(String first, String second, double score) {}

  private EloRating() {}

  /** Ratings by name, in order of first appearance; the same for the same games in any order. */
  static Map<String, Double> rate(List<Game> games) {
    List<Game> order = new ArrayList<>(games);
    Map<String, Double> sums = new LinkedHashMap<>();
    for (Game game : games) {
      sums.put(game.first(), 0.0);
      sums.put(game.second(), 0.0);
    }
    order.sort(
        Comparator.comparing(Game::first)
            .thenComparing(Game::second)
            .thenComparingDouble(Game::score));
    for (int pass = 0; pass < PASSES; pass++) {
      Collections.shuffle(order, new Random(pass));
      play(order).forEach((name, rating) -> sums.merge(name, rating / PASSES, Double::sum));
    }
    return sums;
  }

  /** Ratings after the games in this very order. */
  static Map<String, Double> play(List<Game> games) {
    Map<String, Double> ratings = new HashMap<>();
    for (Game game : games) {
      double first = ratings.getOrDefault(game.first(), START);
      double second = ratings.getOrDefault(game.second(), START);
      double expected = 1 / (1 + Math.pow(10, (second - first) / SCALE));
      double points = K * (game.score() - expected);
      ratings.put(game.first(), first + points);
      ratings.put(game.second(), second - points);
    }
    return ratings;
  }
}
