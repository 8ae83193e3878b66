package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.Probe.Finding;
import org.junit.jupiter.api.Test;

/** E1, E2, E3: what a machine offers, without a failure. */
final class ProbeTest {

  @Test
  void everyQuestionHasAnAnswer() {
    Probe probe = Probe.run();
    assertThat(probe.java()).contains(String.valueOf(Runtime.version()));
    assertThat(probe.system()).contains(System.getProperty("os.name"), "processors");
    assertThat(probe.cLibrary()).isNotBlank();
    if (System.getProperty("os.name").equals("Linux")) {
      assertThat(probe.cLibrary()).matches("glibc \\d+\\.\\d+.*|not glibc.*");
    }
    assertThat(probe.memory()).contains("heap");
    assertThat(probe.gpu().driver()).isNotBlank();
    assertThat(probe.gpu().natives())
        .anySatisfy(file ->
            assertThat(file).contains("libJCudaDriver").containsPattern("sha256 [0-9a-f]{64}"));
    assertThat(probe.ffmpeg()).isNotBlank();
  }

  @Test
  void everyBackendHasADescriptionOrTheReasonOfItsRefusal() {
    Probe probe = Probe.run();
    assertThat(probe.backends()).extracting(Finding::kind).containsExactly(BackendKind.values());
    assertThat(probe.backends())
        .filteredOn(finding -> finding.kind() == BackendKind.CPU)
        .singleElement()
        .satisfies(cpu -> {
          assertThat(cpu.usable()).isTrue();
          assertThat(cpu.finding()).contains("-bit vectors"); // no silent scalar path
        });
    assertThat(probe.backends())
        .filteredOn(finding -> !finding.usable())
        .allSatisfy(finding ->
            assertThat(finding.finding()).startsWith("refused: ").hasSizeGreaterThan(20));
    boolean gpu =
        probe.backends().stream().anyMatch(f -> f.kind() == BackendKind.CUDA && f.usable());
    assertThat(probe.chosen()).isEqualTo(gpu ? BackendKind.CUDA : BackendKind.CPU);
  }
}
