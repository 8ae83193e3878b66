package dev.framepack.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code plan} tells of a packing and of a request. */
final class PlanCommandTest {
  @TempDir Path outputs;

  @Test
  void aPackingIsToldWithoutAModel() {
    ProgramRun run =
        ProgramRun.of(List.of("plan", "--packing", "td_f16k4_f2k2f1k1_g9", "--seconds", "2.4"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .contains(
            "packing  td_f16k4_f2k2f1k1_g9",
            "order    forward, gaps released",
            "tokens   15980 = 2300 context + 13680 generated at 608x640 pixels (1520 a full frame)",
            "section 2 of 2: frames 10-18 at indices 19-27",
            "  k4     400 tokens, frames 9 blank, 0-6 at indices 0-15",
            "  k1    1520 tokens, frames 9 at indices 18");
    assertThat(run.out()).contains("lambda 1.26", "4.42e+14 FLOP");
    ProgramRun coarse =
        ProgramRun.of(List.of("plan", "--packing", "td_f2k16f1k1_g9", "--seconds", "60"));
    assertThat(coarse.out())
        .contains("kernel   k16  (16, 32, 32): no weights, needs --initialise-kernels")
        .contains("and 38 more");
  }

  @Test
  void aRequestIsPlannedForPeopleAndForPrograms() {
    List<String> plan =
        SmallVideo.generate(outputs, "--output=", "--latent-window=2", "--seconds=0.5", "--cfg=2");
    plan.set(0, "plan");
    ProgramRun text = ProgramRun.of(plan);
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out().lines())
        .contains("17 frames of 48x32 in 2 sections, 4 passes of the network", "fits")
        .anyMatch(line ->
            line.matches(
                "section 1 of 2: 2 in order of time, 1 steps, \\d+ tokens = \\d+ context \\+ 12"
                    + " generated"));
    plan.add("--json");
    ProgramRun json = ProgramRun.of(plan);
    assertThat(json.out())
        .contains("\"outputFrames\":17", "\"passes\":4", "\"fits\":true", "\"peakBytes\":");
    assertThat(ProgramRun.of(List.of("plan", "--packing", "td_f1k1_g9", "--json")).err())
        .contains("--json needs --image and --prompt");
  }
}
