package dev.framepack.bench.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.bench.device.RecordingDevice;
import dev.framepack.kernels.gpu.GpuBackend;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The kit's order and its report, on a device that computes nothing. */
class KitRunTest {
  private final StringWriter out = new StringWriter();

  @TempDir Path folder;

  private boolean run(double seconds, String... stages) throws Exception {
    try (GpuBackend backend = new GpuBackend("recording", RecordingDevice.of(80, false));
        KitReport report = new KitReport(folder, new PrintWriter(out, true))) {
      long deadline = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
      KitContext context =
          new KitContext(
              backend,
              KitContext.PORTABLE,
              report,
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
    assertThat(run(60, "device")).isTrue();
    assertThat(rows().getFirst().get("name").asString()).isEqualTo("recording");
    assertThat(rows().getFirst().get("multiprocessors").asInt()).isEqualTo(132);
    assertThat(Files.readString(folder.resolve("kit.txt"))).startsWith("INFO device");
  }

  @Test
  void wrongResultsFailTheRunAndAreOnDiskAtOnce() throws Exception {
    assertThat(run(60, "smoke")).isFalse();
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
    assertThat(run(60, "sanitizer")).isTrue();
    assertThat(rows().getFirst().get("why").asString()).contains("emulator");
  }
}
