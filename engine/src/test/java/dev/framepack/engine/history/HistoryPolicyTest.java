package dev.framepack.engine.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.InvalidRequestException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies as text, and the passes of the network they ask for. */
final class HistoryPolicyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clean",
        "noise:0.1",
        "noise:0",
        "augment:0.25",
        "anchor",
        "repeat-i2v",
        "guidance:1.5",
        "guidance:2,0.3",
        "cfg-noise:0.1,0.5",
        "drop-guidance:2",
        "codebook:/a+b.safetensors+causal",
        "renorm:0.5",
        "adaptive-noise",
        "codebook:fitted/k128.safetensors",
        "causal",
        "noise:0.1+renorm:0.5+causal+anchor"
      })
  void roundTrips(String text) {
    HistoryPolicy policy = HistoryPolicy.parse(text);
    assertThat(policy).hasToString(text);
    assertThat(HistoryPolicy.parse(policy.toString())).isEqualTo(policy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''             | found",
        "noise          | noise takes 1 numbers, found 0",
        "noise:1,2      | noise takes 1 numbers, found 2",
        "noise:x        | noise: expected a number, found x",
        "noise:NaN      | noise: expected 0 to 1, found NaN",
        "guidance:1,2   | guidance: expected 0 to 1, found 2.0",
        "guidance:33    | guidance: expected 0 to 32, found 33.0",
        "guidance:1,2,3 | guidance takes 1 or 2 numbers, found 3",
        "codebook:      | codebook: expected a file, found none",
        "codebook:a/+causal/ | expected a file with no rule after a + in its name, found a/+causal",
        "causal+causal  | causal is there twice",
        "noise:.1+guidance:2 | noise and guidance decide the noise of history, give one",
        "repeat-i2v+renorm:1 | what becomes of sections a later one does not see",
        "anchor+repeat-i2v | anchor and repeat-i2v decide which frames are seen, give one",
        "clean+causal   | found clean"
      })
  void whatIsNoPolicyIsRefused(String text, String message) {
    assertThatThrownBy(() -> HistoryPolicy.parse(text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("HISTORY_POLICY: history ")
        .hasMessageContaining(message);
  }

  private static List<GuidanceTerm> terms(String policy, boolean negative, double cfg) {
    return GuidanceTerm.of(HistoryPolicy.parse(policy), negative, cfg);
  }

  @Test
  void historyGuidanceIsTheWeightedSumOfItsPaper() {
    // w v(h) - (w - 1) v(empty)
    assertThat(terms("guidance:3", false, 1))
        .containsExactly(
            new GuidanceTerm(false, HistoryLevel.own(0), 3),
            new GuidanceTerm(false, HistoryLevel.EMPTY, -2));
    // v(empty) + [v(h) - v(empty)] + (w - 1) [v(h at level) - v(empty)]
    assertThat(terms("guidance:3,0.5", false, 1))
        .containsExactly(
            new GuidanceTerm(false, HistoryLevel.own(0), 1),
            new GuidanceTerm(false, HistoryLevel.own(0.5), 2),
            new GuidanceTerm(false, HistoryLevel.EMPTY, -2));
  }

  @Test
  void historyMayBeDroppedInsteadOfNoised() {
    assertThat(terms("drop-guidance:3", false, 1))
        .containsExactly(
            new GuidanceTerm(false, HistoryLevel.CLEAN, 3),
            new GuidanceTerm(false, HistoryLevel.DROPPED, -2));
    assertThat(HistoryLevel.DROPPED.signalAt(0.5)).isZero();
    assertThat(HistoryLevel.DROPPED.at(0.5)).isZero();
    assertThat(HistoryLevel.CLEAN.signalAt(0.5)).isEqualTo(1);
  }

  @Test
  void classifierFreeGuidanceMaySeeTwoLevels() {
    assertThat(terms("cfg-noise:0.1,0.6", true, 2))
        .containsExactly(
            new GuidanceTerm(false, HistoryLevel.own(0.1), 2),
            new GuidanceTerm(true, HistoryLevel.own(0.6), -1));
    assertThat(terms("clean", true, 4))
        .containsExactly(
            new GuidanceTerm(false, HistoryLevel.CLEAN, 4),
            new GuidanceTerm(true, HistoryLevel.CLEAN, -3));
    assertThat(terms("clean", false, 1))
        .containsExactly(new GuidanceTerm(false, HistoryLevel.CLEAN, 1));
  }

  @Test
  void noiseFollowsTheStepOrIsFixed() {
    HistoryLevel scaled = terms("noise:0.5", false, 1).getFirst().history();
    assertThat(scaled.at(0.8)).isEqualTo(0.4);
    assertThat(scaled.told()).isTrue();
    HistoryLevel fixed = terms("augment:0.2", false, 1).getFirst().history();
    assertThat(fixed.at(0.8)).isEqualTo(0.2);
    assertThat(fixed.told()).isFalse();
    assertThat(fixed.toldAt(0.8)).isZero();
    assertThat(scaled.toldAt(0.8)).isEqualTo(0.4);
    assertThat(HistoryLevel.EMPTY.at(0.1)).isEqualTo(1);
  }
}
