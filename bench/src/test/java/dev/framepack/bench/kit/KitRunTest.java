package dev.framepack.bench.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.bench.device.RecordingDevice;
import dev.framepack.kernels.fault.Fault;
import dev.framepack.kernels.fault.FaultSite;
import dev.framepack.kernels.fault.Faults;
import dev.framepack.kernels.fault.FaultyDevice;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.gpu.device.Device;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The kit's order and its report, on a device that computes nothing. */
class KitRunTest {
  private final StringWriter out = new StringWriter();

  @TempDir Path folder;

  private KitRun.End run(double seconds, String... stages) throws Exception {
    return run(RecordingDevice.of(80, false), false, seconds, stages);
  }

  private KitRun.End run(Device device, boolean resumed, double seconds, String... stages)
      throws Exception {
    try (GpuBackend backend = new GpuBackend("recording", device);
        KitReport report = new KitReport(folder, new PrintWriter(out, true), resumed);
        KitJournal journal = KitJournal.open(folder, resumed)) {
      long deadline = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
      KitContext context =
          new KitContext(
              backend,
              KitContext.PORTABLE,
              report,
              journal,
              folder.resolve("golden"),
              folder,
              true,
              deadline);
      return KitRun.run(context, List.of(stages));
    }
  }

  private List<JsonNode> rows() throws Exception {
    JsonMapper json = JsonMapper.builder().build();
    return Files.readAllLines(folder.resolve("kit.jsonl")).stream().map(json::readTree).toList();
  }

  @Test
  void theDeviceIsNamedFirst() throws Exception {
    assertThat(run(60, "device")).isEqualTo(KitRun.End.PASSED);
    assertThat(rows().getFirst().get("name").asString()).isEqualTo("recording");
    assertThat(rows().getFirst().get("multiprocessors").asInt()).isEqualTo(132);
    assertThat(Files.readString(folder.resolve("kit.txt"))).startsWith("INFO device");
  }

  @Test
  void wrongResultsFailTheRunAndAreOnDiskAtOnce() throws Exception {
    assertThat(run(60, "smoke")).isEqualTo(KitRun.End.FAILED);
    assertThat(rows())
        .anySatisfy(row -> {
          assertThat(row.get("verdict").asString()).isEqualTo("FAIL");
          assertThat(row.get("name").asString()).contains("linear");
        });
    assertThat(out.toString()).contains("== smoke: {FAIL=");
  }

  @Test
  void whatTheTimeDoesNotAllowIsNamed() throws Exception {
    run(-1);
    assertThat(rows()).isNotEmpty();
    assertThat(rows())
        .allSatisfy(row -> {
          assertThat(row.get("verdict").asString()).isEqualTo("SKIP");
          assertThat(row.get("name").asString()).isEqualTo("time is up");
        });
  }

  @Test
  void theSanitizerIsSkippedWhereThereIsNoDevice() throws Exception {
    assertThat(run(60, "sanitizer")).isEqualTo(KitRun.End.PASSED);
    assertThat(rows().getFirst().get("why").asString()).contains("emulator");
  }

  @Test
  void aRunThatLosesItsDeviceIsGoneOnWithAfterWhatLostIt() throws Exception {
    Faults faults = new Faults();
    faults.failAt(FaultSite.LOAD, 3, Fault.cuda(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS));
    Device lost = new FaultyDevice(RecordingDevice.of(80, false), faults);
    assertThat(run(lost, false, 60, "smoke")).isEqualTo(KitRun.End.DEVICE_LOST);
    List<JsonNode> before = rows();
    String culprit =
        before.stream()
            .filter(row -> row.path("error").asString("").contains("ILLEGAL_ADDRESS"))
            .map(row -> row.get("name").asString())
            .findFirst()
            .orElseThrow();
    assertThat(run(RecordingDevice.of(80, false), true, 60, "smoke")).isEqualTo(KitRun.End.FAILED);
    List<JsonNode> all = rows();
    assertThat(all).startsWith(before.toArray(JsonNode[]::new)).hasSizeGreaterThan(before.size());
    assertThat(all.subList(before.size(), all.size()))
        .noneMatch(row -> row.get("name").asString().equals(culprit));
    assertThat(Files.readString(folder.resolve("kit.txt"))).contains("ILLEGAL_ADDRESS");
  }

  @Test
  void aPieceIsGivenItsTimeFromTheBeginOfItsStageOn() {
    KitStage pieces = new GoldenStage();
    KitStage whole = new StepBenchStage();
    Duration minute = Duration.ofMinutes(1);
    Duration moment = Duration.ofSeconds(1);
    assertThat(Watchdog.isStuck(pieces, moment, minute)).as("after a long stage").isFalse();
    assertThat(Watchdog.isStuck(pieces, minute, moment)).as("piece after piece").isFalse();
    assertThat(Watchdog.isStuck(pieces, minute, minute)).as("one piece").isTrue();
    assertThat(Watchdog.isStuck(whole, minute, minute)).as("no pieces").isFalse();
    assertThat(Watchdog.isStuck(whole, Duration.ofMinutes(5), moment)).as("too long").isTrue();
  }

  @Test
  void whatEndedAProcessWithoutAWordIsNamed() throws Exception {
    try (KitJournal journal = KitJournal.open(folder, false)) {
      assertThat(journal.lost()).isEmpty();
      assertThat(journal.begins("portable conformance first")).isTrue();
      assertThat(journal.begins("portable conformance second")).isTrue();
    }
    try (KitJournal journal = KitJournal.open(folder, true)) {
      assertThat(journal.lost()).contains("portable conformance second");
      assertThat(journal.begins("portable conformance second")).isFalse();
      assertThat(journal.begins("portable conformance third")).isTrue();
      journal.told();
    }
    try (KitJournal journal = KitJournal.open(folder, true)) {
      assertThat(journal.lost()).isEmpty();
    }
  }
}
