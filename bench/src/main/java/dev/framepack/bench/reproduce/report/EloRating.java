package dev.framepack.bench.reproduce.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Elo ratings from games between variants (A. Elo, The Rating of Chessplayers, 1978), with the K
 * the paper takes for its human votes.
 *
 * <p>Played one after the other, games rate by their order. Here all are played at once, which
 * moves everybody by K times the mean of score less expected score, and again with the ratings
 * there are then, until nobody moves: each then scores what was expected. For every ten games there
 * is a draw with a player who stays at {@value #START}, so that who wins every game has a rating
 * too.
 */
final class EloRating {
  /** Most points a rating moves at once. */
  static final double K = 32;

  /** Rating before the first game. */
  static final double START = 1000;

  /** Ratings this far apart are a tie, as the paper has it. */
  static final double TIE = K / 2;

  private static final double DRAWS_PER_GAME = 0.1;

  private static final double SCALE = 400;
  private static final double STILL = 1e-6;

  /**
   * One meeting.
   *
   * @param score of the first: 1 won, 0.5 drawn, 0 lost
   */
  record Game(String first, String second, double score) {}

  private final double[][] scores;
  private final int[][] games;

  private EloRating(int players) {
    scores = new double[players][players];
    games = new int[players][players];
  }

  /** Ratings by name; the same for the same games in any order and told from either side. */
  static Map<String, Double> rate(List<Game> games) {
    TreeSet<String> sorted = new TreeSet<>();
    for (Game game : games) {
      sorted.add(game.first());
      sorted.add(game.second());
    }
    List<String> names = new ArrayList<>(sorted);
    EloRating rating = new EloRating(names.size());
    for (Game game : games) {
      rating.add(names.indexOf(game.first()), names.indexOf(game.second()), game.score());
    }
    double[] points = rating.settle();
    Map<String, Double> byName = new LinkedHashMap<>();
    for (int i = 0; i < points.length; i++) {
      byName.put(names.get(i), points[i]);
    }
    return byName;
  }

  private void add(int first, int second, double score) {
    scores[first][second] += score;
    scores[second][first] += 1 - score;
    games[first][second]++;
    games[second][first]++;
  }

  private double[] settle() {
    double[] points = new double[scores.length];
    Arrays.fill(points, START);
    double farthest;
    do {
      farthest = 0;
      double[] before = points.clone();
      for (int i = 0; i < points.length; i++) {
        double move = K * surprise(i, before);
        points[i] += move;
        farthest = Math.max(farthest, Math.abs(move));
      }
    } while (farthest > STILL);
    return points;
  }

  /** Mean over the games of a player of score less expected score, those draws included. */
  private double surprise(int player, double[] points) {
    double sum = 0;
    int count = 0;
    for (int other = 0; other < points.length; other++) {
      int met = games[player][other];
      sum += scores[player][other] - met * expected(points[player] - points[other]);
      count += met;
    }
    return sum / count + DRAWS_PER_GAME * (0.5 - expected(points[player] - START));
  }

  private static double expected(double lead) {
    return 1 / (1 + Math.pow(10, -lead / SCALE));
  }
}
