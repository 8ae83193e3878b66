package dev.framepack.bench.reproduce.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.report.EloRating.Game;
import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.Measurement;
import dev.framepack.bench.reproduce.run.Measurement.Curve;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ratings against games reckoned by hand, and games against the figures they are judged by. */
class ReproduceEloTest {

  private static double expected(double lead) {
    return 1 / (1 + Math.pow(10, -lead / 400));
  }

  @Test
  void whoWinsEverythingScoresWhatIsExpectedOfItsRating() {
    Map<String, Double> ratings = EloRating.rate(List.of(new Game("a", "b", 1)));
    double lead = ratings.get("a") - 1000;
    assertThat(ratings.get("b")).isCloseTo(1000 - lead, within(1e-6));
    // A win against b and a tenth of a draw with 1000: 1.05 points of 1.1.
    assertThat(expected(2 * lead) + 0.1 * expected(lead)).isCloseTo(1.05, within(1e-6));
    assertThat(lead).isBetween(250.0, 350.0);
    assertThat(EloRating.rate(Collections.nCopies(50, new Game("a", "b", 1))))
        .as("more of the same says nothing new")
        .isEqualTo(ratings);
  }

  @Test
  void aDrawBetweenEqualsChangesNothing() {
    assertThat(EloRating.rate(List.of(new Game("a", "b", 0.5))))
        .containsEntry("a", 1000.0)
        .containsEntry("b", 1000.0);
  }

  private static List<Game> games() {
    Random random = new Random(3);
    List<Game> games = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      for (int j = i + 1; j < 8; j++) {
        for (int k = 0; k < 15; k++) {
          games.add(new Game("v" + i, "v" + j, random.nextInt(3) / 2.0));
        }
      }
    }
    return games;
  }

  @Test
  void neitherTheOrderNorTheSideAGameIsToldFromMatters() {
    List<Game> games = games();
    Map<String, Double> ratings = EloRating.rate(games);
    List<Game> turned = new ArrayList<>();
    for (Game game : games) {
      turned.add(new Game(game.second(), game.first(), 1 - game.score()));
    }
    Collections.shuffle(turned, new Random(5));
    assertThat(EloRating.rate(turned)).isEqualTo(ratings);
    assertThat(ratings.values().stream().mapToDouble(Double::doubleValue).sum())
        .as("nobody's points come from nowhere")
        .isCloseTo(8 * EloRating.START, within(1.0));
  }

  @Test
  void whoPlaysAlikeIsRatedAlike() {
    List<Game> games = games();
    for (Game game : games()) {
      if (game.first().equals("v0")) {
        games.add(new Game("twin", game.second(), game.score()));
      }
    }
    Map<String, Double> ratings = EloRating.rate(games);
    assertThat(ratings.get("twin")).isCloseTo(ratings.get("v0"), within(1e-6));
  }

  private static Metric metric(String name, Better better, double mean, double drift) {
    return new Metric(Fixtures.info(name, "1", better), mean, drift, Curve.NONE);
  }

  private static CellRecord record(String variant, String scene, Metric... metrics) {
    Measurement measurement = new Measurement(List.of(metrics), List.of());
    return new CellRecord(
        variant + scene,
        "small",
        variant,
        scene,
        1,
        Status.DONE,
        "",
        Map.of(),
        new CellResult(measurement, 300, "none.png", null, null),
        Fixtures.TUPLE,
        "2026-01-02T03:04:05Z");
  }

  private static CellRecord placed(String variant, String scene, double error) {
    return record(
        variant,
        scene,
        metric("position-error", Better.LOWER, error, 100 - error),
        metric("ssim", Better.HIGHER, 1 - error / 20, 0),
        metric("psnr", Better.HIGHER, error, 0));
  }

  @Test
  void everyPairOfASceneMeetsOnceForEachVote() {
    List<Game> games =
        MetricGames.of(
            List.of(
                placed("a", "x", 1),
                placed("b", "x", 2),
                placed("c", "x", 3),
                placed("a", "y", 1)));
    // Three pairs, place and SSIM; neither a drift nor the PSNR, which says what SSIM says.
    assertThat(games).hasSize(6).allSatisfy(game -> assertThat(game.score()).isEqualTo(1));
  }

  private static double score(double a, double b) {
    return MetricGames.of(List.of(placed("a", "x", a), placed("b", "x", b))).getFirst().score();
  }

  @Test
  void aLittleIsADrawAbsolutelyAndRelatively() {
    assertThat(score(2, 2.49)).isEqualTo(0.5);
    assertThat(score(0, 0.4)).as("however many times as much").isEqualTo(0.5);
    assertThat(score(2, 2.51)).isEqualTo(1);
    assertThat(score(31, 30.4)).isEqualTo(0.5);
    assertThat(score(31, 30.3)).isZero();
    Metric near = metric("motion-smoothness", Better.HIGHER, 0.995, 0);
    Metric nearer = metric("motion-smoothness", Better.HIGHER, 0.988, 0);
    assertThat(MetricGames.of(List.of(record("a", "x", near), record("b", "x", nearer))))
        .as("a share of 1 is not what counts near 1")
        .containsExactly(new Game("a", "b", 1));
  }

  @Test
  void whoHasNoValueLosesAndTwoWithoutDoNotMeet() {
    List<Game> games =
        MetricGames.of(
            List.of(
                placed("a", "x", 1), placed("b", "x", Double.NaN), placed("c", "x", Double.NaN)));
    assertThat(games)
        .hasSize(4)
        .allSatisfy(game ->
            assertThat(game).extracting(Game::first, Game::score).containsExactly("a", 1.0));
  }

  @Test
  void whereNoTruthIsKnownTheStartImageAndTheDriftOfClarityJudge() {
    List<Game> games =
        MetricGames.of(
            List.of(
                record(
                    "clear",
                    "x",
                    metric("color-shift", Better.LOWER, 5, 0),
                    metric("clarity", Better.NEITHER, 900, 300)),
                record(
                    "steady",
                    "x",
                    metric("color-shift", Better.LOWER, 1, 0),
                    metric("clarity", Better.NEITHER, 100, 10))));
    assertThat(games).hasSize(2).allSatisfy(game -> assertThat(game.score()).isZero());
  }
}
