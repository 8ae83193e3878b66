package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FramePackExceptionTest {

  @Test
  void theMessageIsOneLineWithCodeAndRemedy() {
    var failure = new InvalidRequestException("STEPS_RANGE", "steps: found 0", "use 1-100", null);
    assertThat(failure).hasMessage("STEPS_RANGE: steps: found 0; use 1-100");
    assertThat(failure.code()).isEqualTo("STEPS_RANGE");
    assertThat(failure.remedy()).isEqualTo("use 1-100");
  }

  @Test
  void controlCharactersAreEscaped() {
    var failure = new OutputException("X", "a\nb\r\tc\u001b[0m\u202e\u0000\ud800", "", null);
    assertThat(failure).hasMessage("X: a\\nb\\r\\tc\\u001b[0m\\u202e\\u0000\\ud800");
  }

  @Test
  void aLongMessageIsCutAndKeepsItsRemedy() {
    var failure = new ModelFormatException("X", "y".repeat(5000), "do this", null);
    assertThat(failure.getMessage()).hasSize(400).endsWith("...; do this");
  }
}
