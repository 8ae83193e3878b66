package dev.framepack.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.bench.reproduce.length.TinyRandomModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The soak's short form, and that what it looks for is seen. */
final class SoakRunTest {
  private static final long SEED = 20;
  private static final int JOBS = 20;
  private static final SoakScale SHORT = new SoakScale(4, JOBS, 1, 0.5, 0.15, 0.15, 0.3);
  private static final long MIB = 1 << 20;

  @Test
  void aShortSoakFindsNothing() throws Exception {
    Tally tally = new Tally();
    List<String> lines = new ArrayList<>();
    SoakReport report;
    try (TinyRandomModel model = TinyRandomModel.write();
        SoakWorkloads workloads = SoakWorkloads.prepare(model.folder(), SEED, 2, SHORT, tally)) {
      report =
          new SoakRun(workloads.all(), tally, SEED, Duration.ofMinutes(10), JOBS)
              .run(() -> false, lines::add);
    }
    assertThat(report.tally().notes()).isEmpty();
    assertThat(report.isPassed()).as(report.table()).isTrue();
    assertThat(tally.get(Tally.Count.JOBS)).isGreaterThanOrEqualTo(JOBS);
    for (Tally.Count happened :
        List.of(
            Tally.Count.COMPLETED,
            Tally.Count.CANCELLED,
            Tally.Count.BAD_INPUTS,
            Tally.Count.HOST_FAULTS,
            Tally.Count.DEVICE_FAULTS,
            Tally.Count.ENGINES_LOST,
            Tally.Count.KILLS)) {
      assertThat(tally.get(happened)).as(happened.text()).isPositive();
    }
    JsonNode json = JsonMapper.builder().build().readTree(report.json());
    assertThat(json.get("passed").asBoolean()).isTrue();
    assertThat(json.get("counts").get("jobs").asLong()).isEqualTo(tally.get(Tally.Count.JOBS));
    assertThat(report.table()).contains("outputs lost", "passed");
  }

  @Test
  void whatGrowsIsSeen() {
    UsageTrend flat = new UsageTrend();
    UsageTrend growing = new UsageTrend();
    for (int i = 0; i < 40; i++) {
      flat.add(new ProcessUsage(400 * MIB + i % 3 * MIB, 50 * MIB, -1, 7 * MIB, 40, 20));
      growing.add(new ProcessUsage(400 * MIB, 50 * MIB, -1, 7 * MIB + i, 40, 20));
    }
    assertThat(flat.isLongEnough()).isTrue();
    assertThat(flat.isFlat()).isTrue();
    assertThat(growing.isFlat()).isFalse();
    assertThat(new SoakReport(1, Duration.ofHours(1), new Tally(), flat).isPassed()).isTrue();
    SoakReport leaked = new SoakReport(1, Duration.ofHours(1), new Tally(), growing);
    assertThat(leaked.isPassed()).isFalse();
    assertThat(leaked.table()).containsPattern("tensor bytes .*GROWS").contains("FAILED");
  }

  @Test
  void aWorkloadThatThrowsFailsTheSoak() throws Exception {
    Tally tally = new Tally();
    Workload throwing =
        new Workload() {
          @Override
          public String name() {
            return "throwing";
          }

          @Override
          public void round(Random random) {
            tally.add(Tally.Count.JOBS);
            throw new IllegalStateException("not foreseen");
          }
        };
    SoakReport report =
        new SoakRun(List.of(throwing), tally, SEED, Duration.ofMinutes(1), 2)
            .run(() -> false, line -> {});
    assertThat(report.isPassed()).isFalse();
    assertThat(tally.get(Tally.Count.UNEXPECTED)).isEqualTo(2);
    assertThat(report.table()).contains("throwing: ", "not foreseen", "growth is not judged");
  }

  @Test
  void whatMustNotHappenFailsTheSoak() {
    Tally tally = new Tally();
    tally.violation(Tally.Count.CORRUPTED, "a frame");
    SoakReport report = new SoakReport(1, Duration.ofHours(1), tally, new UsageTrend());
    assertThat(report.isPassed()).isFalse();
    assertThat(report.table()).contains("outputs corrupted: a frame", "FAILED");
  }
}
