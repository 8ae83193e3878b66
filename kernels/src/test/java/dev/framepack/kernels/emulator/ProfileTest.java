package dev.framepack.kernels.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.kernels.emulator.EmulationException.Kind;
import dev.framepack.kernels.emulator.LaunchReport.MemoryLine;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Bank conflicts, sectors, and shared memory handed from lane to lane. */
class ProfileTest {
  private static final String HEAD =
      """
      .shared .align 16 .b8 sm[8192];
      mov.u32 %r1, %tid.x;
      ld.param.u64 %d0, [p0];
      mov.u32 %r4, sm;
      """;

  private static List<MemoryLine> profile(String body) {
    try (PtxHarness harness = new PtxHarness(EmulatorOptions.defaults().withProfile(true))) {
      DeviceMemory memory = harness.upload(new int[4096]);
      harness.run(PtxHarness.kernel(1, HEAD + body), 1, 32, 0, PtxHarness.readWrite(memory));
      return Objects.requireNonNull(harness.device.lastReport()).memoryLines().stream()
          .filter(line -> !line.text().startsWith("ld.param"))
          .toList();
    }
  }

  @Test
  void countsBankConflicts() {
    List<MemoryLine> lines =
        profile(
            """
            mad.lo.u32 %r5, %r1, 4, %r4;
            st.shared.u32 [%r5], %r1;
            mad.lo.u32 %r5, %r1, 128, %r4;
            st.shared.u32 [%r5], %r1;
            mad.lo.u32 %r5, %r1, 132, %r4;
            st.shared.u32 [%r5], %r1;
            mad.lo.u32 %r5, %r1, 16, %r4;
            st.shared.v4.u32 [%r5], {%r1, %r1, %r1, %r1};
            ld.shared.u32 %r6, [%r4];
            """);
    assertThat(lines).extracting(MemoryLine::passes).containsExactly(1L, 32L, 1L, 4L, 1L);
    assertThat(lines).extracting(MemoryLine::bankConflicts).containsExactly(0L, 31L, 0L, 0L, 0L);
  }

  @Test
  void countsSectors() {
    List<MemoryLine> lines =
        profile(
            """
            mad.wide.u32 %d1, %r1, 4, %d0;
            ld.global.u32 %r6, [%d1];
            mad.wide.u32 %d1, %r1, 8, %d0;
            ld.global.u32 %r6, [%d1];
            mad.wide.u32 %d1, %r1, 16, %d0;
            ld.global.v4.u32 {%r6, %r7, %r8, %r9}, [%d1];
            ld.global.u32 %r6, [%d0+16];
            """);
    assertThat(lines).extracting(MemoryLine::sectors).containsExactly(4L, 8L, 16L, 1L);
    assertThat(lines).extracting(MemoryLine::leastSectors).containsExactly(4L, 4L, 16L, 4L);
  }

  @Test
  void lanesThatPassSharedMemoryWithoutMeetingAreFoundOnRequest() {
    String exchange =
        HEAD
            + """
            mad.lo.u32 %r5, %r1, 4, %r4;
            st.shared.u32 [%r5], %r1;
            BARRIER
            xor.b32 %r6, %r1, 1;
            mad.lo.u32 %r7, %r6, 4, %r4;
            ld.shared.u32 %r8, [%r7];
            mad.wide.u32 %d1, %r1, 4, %d0;
            st.global.u32 [%d1], %r8;
            """;
    EmulatorOptions strict = EmulatorOptions.defaults().withLaneExchangeIsError(true);
    try (PtxHarness harness = new PtxHarness(strict)) {
      DeviceMemory memory = harness.empty(32);
      String wrong = PtxHarness.kernel(1, exchange.replace("BARRIER", ""));
      assertThatThrownBy(() -> harness.run(wrong, 1, 32, 0, PtxHarness.write(memory)))
          .isInstanceOfSatisfying(
              EmulationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RACE))
          .hasMessageContaining("stored by lane 1 of the same warp without bar.warp.sync");
      String right = PtxHarness.kernel(1, exchange.replace("BARRIER", "bar.warp.sync 0xffffffff;"));
      harness.run(right, 1, 32, 0, PtxHarness.write(memory));
      assertThat(harness.download(memory)).startsWith(1, 0, 3, 2);
    }
  }

  @Test
  void aReportWithoutProfileSaysSo() {
    try (PtxHarness harness = new PtxHarness()) {
      harness.run(PtxHarness.kernel(0, ""), 1, 32, 0);
      LaunchReport report = Objects.requireNonNull(harness.device.lastReport());
      assertThatThrownBy(report::memoryLines).hasMessageContaining("profile on");
      assertThat(report.byLine()).hasSize(1);
    }
  }
}
