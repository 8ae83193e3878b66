package dev.framepack.engine.sampler.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TeaCacheDecisionTest {
  private static double polynomial(double x) {
    return 733.226126 * Math.pow(x, 4)
        - 401.131952 * Math.pow(x, 3)
        + 67.5869174 * x * x
        - 3.149879 * x
        + 0.0961237896;
  }

  @Test
  void firstAndLastStepAlwaysCompute() {
    TeaCacheDecision cache = new TeaCacheDecision(1e9, 3);
    assertThat(cache.mustCompute(0, 0)).isTrue();
    assertThat(cache.mustCompute(1, 0.01)).isFalse();
    assertThat(cache.mustCompute(2, 0)).isTrue();
  }

  @Test
  void skipsUntilTheAccumulatedChangeReachesTheThreshold() {
    double change = 0.02;
    double perStep = polynomial(change);
    TeaCacheDecision cache = new TeaCacheDecision(2.5 * perStep, 100);
    cache.mustCompute(0, 0);
    assertThat(cache.mustCompute(1, change)).isFalse();
    assertThat(cache.mustCompute(2, change)).isFalse();
    assertThat(cache.mustCompute(3, change)).isTrue();
    assertThat(cache.mustCompute(4, change)).as("starts anew after computing").isFalse();
  }

  @Test
  void reachingTheThresholdExactlyComputes() {
    TeaCacheDecision cache = new TeaCacheDecision(polynomial(0), 10);
    cache.mustCompute(0, 0);
    assertThat(cache.mustCompute(1, 0)).isTrue();
  }
}
