package dev.framepack.bench.reproduce.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.report.EloRating.Game;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ratings against games reckoned by hand. */
class ReproduceEloTest {

  @Test
  void oneWinMovesHalfOfKAndTheNextLess() {
    Game win = new Game("a", "b", 1);
    assertThat(EloRating.rate(List.of(win))).containsEntry("a", 1016.0).containsEntry("b", 984.0);
    // Expected score 1 / (1 + 10^(-32/400)) = 0.545922, so a gains 32 * 0.454078 = 14.530496.
    Map<String, Double> twice = EloRating.play(List.of(win, win));
    assertThat(twice.get("a")).isCloseTo(1030.530496, within(1e-5));
    assertThat(twice.get("b")).isCloseTo(969.469504, within(1e-5));
  }

  @Test
  void aDrawBetweenEqualsChangesNothing() {
    assertThat(EloRating.rate(List.of(new Game("a", "b", 0.5))))
        .containsEntry("a", 1000.0)
        .containsEntry("b", 1000.0);
  }

  @Test
  void theOrderOfTheGamesDoesNotMatterAndPointsAreKept() {
    List<Game> games = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      games.add(new Game("a", "b", 1));
      games.add(new Game("b", "c", i % 2));
      games.add(new Game("a", "c", 0.5));
    }
    Map<String, Double> ratings = EloRating.rate(games);
    Collections.shuffle(games, new Random(5));
    assertThat(EloRating.rate(games)).isEqualTo(ratings);
    assertThat(ratings.get("a")).isGreaterThan(ratings.get("c"));
    assertThat(ratings.values().stream().mapToDouble(Double::doubleValue).sum())
        .isCloseTo(3 * EloRating.START, within(1e-9));
  }

  private static CellRecord record(String variant, String scene, double error) {
    return new CellRecord(
        variant + scene,
        "small",
        variant,
        scene,
        1,
        Status.DONE,
        "",
        Map.of(),
        Fixtures.result(error, "none.png"),
        Fixtures.TUPLE,
        "2026-01-02T03:04:05Z");
  }

  @Test
  void whoHasNoValueLosesAndTwoWithoutDoNotMeet() {
    List<Game> games =
        MetricGames.of(
            List.of(
                record("a", "x", 1), record("b", "x", Double.NaN), record("c", "x", Double.NaN)));
    assertThat(games)
        .hasSize(8)
        .allSatisfy(game ->
            assertThat(game).extracting(Game::first, Game::score).containsExactly("a", 1.0));
  }

  @Test
  void everyPairOfASceneMeetsOnceForEachMetricAndDrift() {
    List<Game> games =
        MetricGames.of(
            List.of(
                record("a", "x", 1),
                record("b", "x", 2),
                record("c", "x", 2.01),
                record("a", "y", 1)));
    // Three pairs; error, its drift, clarity, its drift; motion judges nothing.
    assertThat(games).hasSize(12);
    assertThat(games)
        .filteredOn(game -> game.first().equals("a"))
        .hasSize(8)
        .allSatisfy(game -> assertThat(game.score()).isEqualTo(1));
    assertThat(games)
        .filteredOn(game -> game.first().equals("b"))
        .hasSize(4)
        .allSatisfy(game -> assertThat(game.score()).isEqualTo(0.5));
  }
}
