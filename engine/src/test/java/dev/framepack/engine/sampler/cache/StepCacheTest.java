package dev.framepack.engine.sampler.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.sampler.cache.MagRatios.Checkpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Step caches as text, and which steps they leave out. */
final class StepCacheTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "teacache:0.15",
        "teacache:0",
        "magcache:0.1,2,0.25",
        "magcache:0.24,6,0.2@1/1.30469/0.95",
        "magcache:calibrate",
        "fbcache:0.08"
      })
  void whatIsWrittenIsRead(String text) {
    assertThat(StepCache.parse(text).text()).isEqualTo(text);
    assertThat(StepCache.parse(StepCache.parse(text).text())).isEqualTo(StepCache.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "teacache, teacache:0.15",
    "fbcache, fbcache:0.05",
    "magcache, 'magcache:0.1,2,0.25'",
    "magcache:0.2, 'magcache:0.2,2,0.25'",
    "'magcache:0.2,5', 'magcache:0.2,5,0.25'"
  })
  void whatIsNotSaidIsTheDefault(String text, String whole) {
    assertThat(StepCache.parse(text).text()).isEqualTo(whole);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cache              | step cache must be none, teacache, magcache or fbcache, found cache",
        "teacache:NaN       | teacache threshold must be 0 to 10, found NaN",
        "fbcache:-1         | fbcache threshold must be 0 to 10, found -1.0",
        "fbcache:11         | fbcache threshold must be 0 to 10, found 11.0",
        "teacache:x         | teacache: expected a number, found x",
        "teacache:1,2       | teacache takes at most 1 number, found 2",
        "none:1             | none takes at most 0 numbers, found 1",
        "magcache:0.1,1.5   | magcache steps in a row must be 0 to 100, found 1.5",
        "magcache:0.1,101   | magcache steps in a row must be 0 to 100, found 101",
        "magcache:0.1,2,2   | magcache retention must be 0 to 1, found 2.0",
        "magcache:0.1,2,1,1 | magcache takes at most 3 numbers, found 4",
        "magcache:0.1@1/x   | magcache ratios: expected a number, found x",
        "magcache:0.1@1/0   | magcache ratios must be at most 1000 numbers above 0"
      })
  void faultsAreTold(String text, String fault) {
    assertThatThrownBy(() -> StepCache.parse(text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("STEP_CACHE: ")
        .hasMessageContaining(fault);
  }

  /** Steps left out, computed with the decision of diffusers' MagCache hook. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INVERTED | 640 | 25 | magcache:0.1,2,0.25 | 6 7 9 10 12 13 15 16 18 19 21 22",
        "F1       | 640 | 25 | magcache:0.1,2,0.25 | 6 7 9 10 12 13 15 16 18 19 21 23",
        "F1       | 512 | 25 | magcache:0.24,6,0.2 | 5 6 7 8 10 11 12 13 14 16 17 18 19 20 21 23",
        "INVERTED | 640 | 30 | magcache:0.1,2,0.25 | 8 10 12 13 15 16 18 19 21 22 24 25 27",
        "INVERTED | 640 |  8 | magcache:0.3,3,0    | 1 2 3 5 6 7"
      })
  void magCacheLeavesOutWhatTheReferenceDoes(
      Checkpoint checkpoint, int side, int steps, String text, String expected) {
    StepCache cache = StepCache.parse(text).completed(checkpoint, side, side, steps);
    SkipDecision decision = cache.begin(steps);
    List<String> skipped = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      if (!decision.mustCompute(step, 0)) {
        skipped.add(String.valueOf(step));
      }
    }
    assertThat(String.join(" ", skipped)).isEqualTo(expected);
  }

  @Test
  void publishedRatiosAreThoseOfTheNearestSizeAndSteps() {
    MagRatios ratios = MagRatios.published(Checkpoint.INVERTED, 640, 608, 26);
    assertThat(ratios.values()).hasSize(25).startsWith(1.0, 1.30469, 1.22656).endsWith(0.78516);
    assertThat(MagRatios.published(Checkpoint.F1, 64, 64, 40).values())
        .hasSize(50)
        .startsWith(1.0, 1.375, 1.03125);
    for (Checkpoint checkpoint : Checkpoint.values()) {
      for (int side : new int[] {128, 256, 384, 512, 640, 768}) {
        for (int steps : new int[] {25, 50, 75}) {
          assertThat(MagRatios.published(checkpoint, side, side, steps).values())
              .hasSize(steps)
              .allMatch(ratio -> ratio > 0.7 && ratio < 1.7);
        }
      }
    }
  }

  @Test
  void ratiosAreTakenToTheNumberOfSteps() {
    MagRatios ratios = new MagRatios(List.of(1.0, 2.0, 3.0));
    assertThat(ratios.forSteps(3)).containsExactly(1, 2, 3);
    assertThat(ratios.forSteps(2)).containsExactly(1, 3);
    assertThat(ratios.forSteps(1)).containsExactly(3);
    assertThat(Arrays.stream(ratios.forSteps(7)).distinct().toArray()).containsExactly(1, 2, 3);
  }

  @Test
  void theFirstBlockDecidesByTheChangeSinceTheLastComputedStep() {
    SkipDecision decision = StepCache.parse("fbcache:0.1").begin(5);
    assertThat(decision.mustCompute(0, 0)).isTrue();
    assertThat(decision.mustCompute(1, 0.1)).isFalse();
    assertThat(decision.mustCompute(2, 0.100001)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"teacache:0", "magcache:0,100,0", "fbcache:0", "magcache:calibrate"})
  void aThresholdOfZeroSkipsNothing(String text) {
    SkipDecision decision =
        StepCache.parse(text).completed(Checkpoint.INVERTED, 640, 640, 50).begin(50);
    for (int step = 0; step < 50; step++) {
      assertThat(decision.mustCompute(step, 0)).isTrue();
    }
  }
}
