package dev.framepack.engine.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SigmaScheduleTest {

  @Test
  void muFollowsTheLineAndIsCapped() {
    SigmaSchedule.ShiftLine line = SigmaSchedule.ShiftLine.STANDARD;
    assertThat(line.mu(256)).isEqualTo(0.5);
    assertThat(line.mu(4096)).isEqualTo(1.15);
    assertThat(line.mu(1_000_000)).isEqualTo(Math.log(7));
  }
}
