package dev.framepack.engine.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Diffusion Forcing's matrix and Rolling Diffusion's window, by their published formulas. */
final class FrameLevelsTest {
  private static final double EXACT = 1e-12;

  @Test
  void theSchedulingMatrixIsThePublishedOne() {
    SigmaSchedule schedule = SigmaSchedule.staticShift(4, 3);
    FrameLevels levels = DiffusionForcing.matrix(schedule, 3, 2);
    // K[m, t] = clip(4 + 2 t - m, 0, 4), rows m = 0 .. 4 + 4.
    int[][] matrix = {
      {4, 4, 4}, {3, 4, 4}, {2, 4, 4}, {1, 3, 4}, {0, 2, 4}, {0, 1, 3}, {0, 0, 2}, {0, 0, 1},
      {0, 0, 0}
    };
    assertThat(levels.evaluations()).isEqualTo(matrix.length - 1);
    for (int m = 0; m < matrix.length; m++) {
      for (int t = 0; t < 3; t++) {
        assertThat(levels.row(m)[t]).isEqualTo(schedule.sigma(4 - matrix[m][t]));
      }
    }
  }

  @Test
  void noUncertaintyDenoisesAllFramesTogetherAndMuchOneAfterTheOther() {
    SigmaSchedule schedule = SigmaSchedule.staticShift(5, 1);
    FrameLevels together = DiffusionForcing.matrix(schedule, 4, 0);
    assertThat(together.evaluations()).isEqualTo(5);
    for (int m = 0; m <= 5; m++) {
      assertThat(together.row(m)).containsOnly(schedule.sigma(m));
    }
    FrameLevels autoregressive = DiffusionForcing.matrix(schedule, 3, 5);
    assertThat(autoregressive.evaluations()).isEqualTo(15);
    assertThat(autoregressive.row(5)).containsExactly(0, 1, 1);
    assertThat(autoregressive.row(10)).containsExactly(0, 0, 1);
    assertThat(DiffusionForcing.matrix(schedule, 3, 0.5).evaluations()).isEqualTo(6);
  }

  @Test
  void theRollingWindowFollowsItsLocalTime() {
    int frames = 4;
    int substeps = 2;
    // Shift 1, so that sigma is the local time itself.
    SigmaSchedule schedule = SigmaSchedule.staticShift(frames * substeps, 1);
    RollingDiffusion rolling = new RollingDiffusion(schedule, frames, substeps);
    FrameLevels start = rolling.start();
    assertThat(start.evaluations()).isEqualTo(frames * substeps);
    for (int row = 0; row <= start.evaluations(); row++) {
      double t = 1 - (double) row / start.evaluations();
      for (int w = 0; w < frames; w++) {
        double local = Math.clamp((double) w / frames + t, 0, 1);
        assertThat(start.row(row)[w]).isCloseTo(local, within(EXACT));
      }
    }
    FrameLevels move = rolling.move();
    assertThat(move.evaluations()).isEqualTo(substeps);
    for (int row = 0; row <= substeps; row++) {
      double t = 1 - (double) row / substeps;
      for (int w = 0; w < frames; w++) {
        assertThat(move.row(row)[w]).isCloseTo((w + t) / frames, within(EXACT));
      }
    }
    // A window at t = 0 that moved by one frame is a window at t = 1.
    double[] moved = Arrays.copyOfRange(start.row(start.evaluations()), 1, frames + 1);
    moved[frames - 1] = 1;
    assertThat(moved).containsExactly(move.row(0), within(EXACT));
  }

  @Test
  void whatStandsForAWindowIsALevelOfTheSchedule() {
    SigmaSchedule schedule = SigmaSchedule.staticShift(10, 1);
    FrameLevels levels = DiffusionForcing.matrix(schedule, 4, 3);
    for (int m = 0; m < levels.evaluations(); m++) {
      double mean = Arrays.stream(levels.row(m)).average().orElseThrow();
      double nearest = levels.nearestToMean(m);
      assertThat(nearest).isCloseTo(mean, within(0.05 + EXACT));
      assertThat(Arrays.stream(schedule.sigmas()).anyMatch(s -> s == nearest)).isTrue();
    }
  }

  @Test
  void aSectionOfARollingWindowTakesAboutTheStepsAskedFor() {
    assertThat(RollingDiffusion.substeps(25, 9)).isEqualTo(3);
    assertThat(RollingDiffusion.substeps(8, 9)).isEqualTo(1);
    assertThat(RollingDiffusion.substeps(1, 9)).isEqualTo(1);
    assertThatThrownBy(() -> new RollingDiffusion(SigmaSchedule.staticShift(5, 1), 2, 2))
        .hasMessageContaining("need 4 steps, found 5");
  }
}
