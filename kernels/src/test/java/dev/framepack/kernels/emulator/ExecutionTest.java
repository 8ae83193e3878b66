package dev.framepack.kernels.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.kernels.emulator.EmulatorOptions.Completion;
import dev.framepack.kernels.emulator.EmulatorOptions.Schedule;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceOutOfMemoryException;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Control flow, barriers, schedules, and the device around them. */
class ExecutionTest {
  private static EmulatorOptions with(Schedule schedule, long seed) {
    return EmulatorOptions.defaults().withSchedule(schedule, Completion.LATEST, seed);
  }

  private static int[] run(EmulatorOptions options, int threads, String body) {
    String ptx =
        PtxHarness.kernel(
            1,
            """
            .shared .align 16 .b8 sm[4096];
            mov.u32 %r1, %tid.x;
            ld.param.u64 %d0, [p0];
            mad.wide.u32 %d1, %r1, 4, %d0;
            BODY
            st.global.u32 [%d1], %r0;
            """
                .replace("BODY", body));
    try (PtxHarness harness = new PtxHarness(options)) {
      DeviceMemory out = harness.empty(threads);
      harness.run(ptx, 1, threads, 0, PtxHarness.write(out));
      return harness.download(out);
    }
  }

  @ParameterizedTest
  @EnumSource(Schedule.class)
  void lanesLoopAsOftenAsTheyMustAndMeetAgain(Schedule schedule) {
    String collatz =
        """
        mov.u32 %r0, 0;
        add.u32 %r2, %r1, 1;
        LOOP: setp.eq.u32 %p0, %r2, 1;
        @%p0 bra DONE;
        add.u32 %r0, %r0, 1;
        and.b32 %r3, %r2, 1;
        setp.eq.u32 %p1, %r3, 0;
        @%p1 bra EVEN;
        mad.lo.u32 %r2, %r2, 3, 1;
        bra LOOP;
        EVEN: shr.u32 %r2, %r2, 1;
        bra LOOP;
        DONE: bar.sync 0;
        """;
    int[] got = run(with(schedule, 5), 77, collatz);
    for (int i = 0; i < got.length; i++) {
      int steps = 0;
      for (long x = i + 1; x != 1; x = x % 2 == 0 ? x / 2 : 3 * x + 1) {
        steps++;
      }
      assertThat(got[i]).as("thread %d", i).isEqualTo(steps);
    }
  }

  @ParameterizedTest
  @EnumSource(Schedule.class)
  void warpsExchangeThroughSharedMemory(Schedule schedule) {
    String reverse =
        """
        mov.u32 %r4, sm;
        shl.b32 %r5, %r1, 2;
        add.u32 %r6, %r4, %r5;
        mul.lo.u32 %r7, %r1, 3;
        st.shared.u32 [%r6], %r7;
        bar.sync 0;
        sub.u32 %r8, 252, %r5;
        add.u32 %r8, %r8, %r4;
        ld.shared.u32 %r0, [%r8];
        bar.sync 0;
        st.shared.u32 [%r6], %r0;
        """;
    for (long seed = 0; seed < 5; seed++) {
      int[] got = run(with(schedule, seed), 64, reverse);
      for (int i = 0; i < 64; i++) {
        assertThat(got[i]).isEqualTo(3 * (63 - i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Schedule.class)
  void namedBarriersOrderProducerAndConsumer(Schedule schedule) {
    String pipeline =
        """
        mov.u32 %r4, sm;
        and.b32 %r5, %r1, 31;
        mad.lo.u32 %r6, %r5, 4, %r4;
        mov.u32 %r0, 0;
        mov.u32 %r7, 0;
        setp.lt.u32 %p0, %r1, 32;
        @%p0 bra PRODUCE;
        CONSUME: bar.sync 1, 64;
        ld.shared.u32 %r8, [%r6];
        add.u32 %r0, %r0, %r8;
        bar.arrive 2, 64;
        add.u32 %r7, %r7, 1;
        setp.lt.u32 %p1, %r7, 4;
        @%p1 bra CONSUME;
        bra END;
        PRODUCE: mad.lo.u32 %r8, %r7, 100, %r5;
        st.shared.u32 [%r6], %r8;
        bar.arrive 1, 64;
        bar.sync 2, 64;
        add.u32 %r7, %r7, 1;
        setp.lt.u32 %p1, %r7, 4;
        @%p1 bra PRODUCE;
        END:
        """;
    int[] got = run(with(schedule, 3), 64, pipeline);
    for (int i = 0; i < 32; i++) {
      assertThat(got[i]).isZero();
      assertThat(got[32 + i]).isEqualTo(600 + 4 * i);
    }
  }

  @Test
  void barrierReductionsReachEveryThread() {
    int[] got =
        run(
            EmulatorOptions.defaults(),
            96,
            """
            setp.lt.u32 %p0, %r1, 70;
            bar.red.popc.u32 %r0, 0, %p0;
            bar.red.and.pred %p1, 0, %p0;
            bar.red.or.pred %p2, 0, !%p0;
            selp.b32 %r2, 1000, 0, %p1;
            selp.b32 %r3, 2000, 0, %p2;
            add.u32 %r0, %r0, %r2;
            add.u32 %r0, %r0, %r3;
            """);
    assertThat(got).containsOnly(2070);
  }

  @Test
  void lanesOfAWarpMeetAtItsBarrier() {
    int[] got =
        run(
            EmulatorOptions.defaults(),
            32,
            """
            mov.u32 %r4, sm;
            setp.lt.u32 %p0, %r1, 7;
            @%p0 bra LOW;
            shl.b32 %r5, %r1, 1;
            bar.warp.sync 0xffffffff;
            bra JOIN;
            LOW: mov.u32 %r5, 5;
            bar.warp.sync 0xffffffff;
            JOIN: add.u32 %r0, %r5, 1;
            """
                .replace("bar.warp.sync 0xffffffff;\nbra JOIN;", "bra JOIN;")
                .replace("bar.warp.sync 0xffffffff;\nJOIN:", "JOIN: bar.warp.sync 0xffffffff;\n"));
    for (int i = 0; i < 32; i++) {
      assertThat(got[i]).isEqualTo(i < 7 ? 6 : 2 * i + 1);
    }
  }

  @Test
  void atomicsOfAllBlocksAddUp() {
    String ptx =
        PtxHarness.kernel(
            2,
            """
            mov.u32 %r1, %tid.x;
            ld.param.u64 %d0, [p0];
            ld.param.u64 %d1, [p1];
            red.global.add.u32 [%d0], %r1;
            atom.global.max.s32 %r2, [%d0+4], %r1;
            atom.global.cas.b32 %r3, [%d0+8], 0, 9;
            red.global.add.f32 [%d1], 0f3f800000;
            """);
    try (PtxHarness harness = new PtxHarness()) {
      DeviceMemory sums = harness.upload(0, -5, 0);
      DeviceMemory floats = harness.upload(Float.floatToRawIntBits(0.5f));
      harness.run(ptx, 3, 100, 0, PtxHarness.readWrite(sums), PtxHarness.readWrite(floats));
      assertThat(harness.download(sums)).containsExactly(3 * 4950, 99, 9);
      assertThat(Float.intBitsToFloat(harness.download(floats)[0])).isEqualTo(300.5f);
    }
  }

  @Test
  void manyBlocksOnManyThreadsGiveTheSameBits() {
    String ptx =
        PtxHarness.kernel(
            1,
            """
            mov.u32 %r1, %tid.x;
            mov.u32 %r2, %ctaid.x;
            mad.lo.u32 %r3, %r2, 64, %r1;
            ld.param.u64 %d0, [p0];
            mad.wide.u32 %d1, %r3, 4, %d0;
            mov.u32 %r0, %r3;
            mov.u32 %r4, 0;
            LOOP: mad.lo.u32 %r0, %r0, 1664525, 1013904223;
            add.u32 %r4, %r4, 1;
            setp.lt.u32 %p0, %r4, 500;
            @%p0 bra LOOP;
            st.global.u32 [%d1], %r0;
            """);
    int[][] results = new int[2][];
    for (int i = 0; i < 2; i++) {
      EmulatorOptions options = EmulatorOptions.defaults().withWorkers(1 + 2 * i, 1L << 30);
      try (PtxHarness harness = new PtxHarness(options)) {
        DeviceMemory out = harness.empty(64 * 40);
        for (int round = 0; round < 2; round++) {
          harness.run(ptx, 40, 64, 0, PtxHarness.write(out));
        }
        results[i] = harness.download(out);
        LaunchReport report = Objects.requireNonNull(harness.device.lastReport());
        assertThat(report.byOpcode()).containsEntry("mad", 40L * 2 * 502);
        assertThat(report.warpInstructions()).isGreaterThan(40L * 2 * 2000);
      }
    }
    assertThat(results[1]).isEqualTo(results[0]);
  }

  @Test
  void graphsReplayAndEventsAreOrdered() {
    String ptx =
        PtxHarness.kernel(
            1,
            "ld.param.u64 %d0, [p0]; ld.global.u32 %r0, [%d0]; add.u32 %r0, %r0, 1;"
                + " st.global.u32 [%d0], %r0;");
    try (PtxHarness harness = new PtxHarness();
        DeviceStream stream = harness.device.openStream("test");
        DeviceEvent start = harness.device.openEvent();
        DeviceEvent end = harness.device.openEvent();
        PinnedMemory host = harness.device.allocatePinned("host", 4)) {
      DeviceMemory counter = harness.upload(40);
      Launch launch =
          new Launch(
              harness.device.load(ptx, "test"),
              Dim3.of(1),
              Dim3.of(1),
              0,
              List.of(PtxHarness.readWrite(counter)),
              "count");
      try (DeviceGraph graph = harness.device.record(List.of(launch, launch))) {
        stream.record(start);
        stream.replay(graph);
        stream.replay(graph);
        stream.record(end);
        stream.waitFor(end);
        stream.copyToHost(counter.address(), host, 0, 4);
        stream.synchronize();
      }
      assertThat(host.segment().get(ValueLayout.JAVA_INT, 0)).isEqualTo(44);
      assertThat(end.millisecondsSince(start)).isNotNegative();
    }
  }

  @Test
  void memoryIsLimited() {
    EmulatorOptions options = EmulatorOptions.defaults().withTotalBytes(1000);
    try (PtxHarness harness = new PtxHarness(options)) {
      DeviceMemory first = harness.device.allocate("first", 700);
      assertThatThrownBy(() -> harness.device.allocate("weights", 400))
          .isInstanceOf(DeviceOutOfMemoryException.class)
          .hasMessageContainingAll("weights", "400", "300 free of 1,000");
      first.close();
      first.close();
      assertThat(harness.device.allocate("weights", 400).byteSize()).isEqualTo(400);
      assertThat(harness.device.peakBytes()).isEqualTo(700);
      assertThat(harness.device.info().freeBytes()).isEqualTo(600);
    }
  }

  @Test
  void aTargetTheDeviceLacksIsRefused() {
    String ptx = PtxHarness.kernel(0, "").replace("sm_80", "sm_90a");
    EmulatorOptions ampere = EmulatorOptions.defaults().withCapability(80, false);
    try (PtxHarness harness = new PtxHarness(ampere)) {
      assertThatThrownBy(() -> harness.run(ptx, 1, 1, 0))
          .isInstanceOf(EmulationException.class)
          .hasMessageContaining("sm_90a does not run");
    }
  }

  @Test
  void jitterMovesApproximateResultsAndNoOthers() {
    String body =
        """
        cvt.rn.f32.u32 %f1, %r1;
        add.f32 %f1, %f1, 0f3dcccccd;
        OP
        mov.b32 %r0, %f0;
        """;
    EmulatorOptions jitter =
        EmulatorOptions.defaults()
            .withSchedule(Schedule.RUN_TO_BLOCK, Completion.LATEST, 7)
            .withJitterUlps(2);
    String approximate = body.replace("OP", "rsqrt.approx.f32 %f0, %f1;");
    int[] exact = run(EmulatorOptions.defaults(), 256, approximate);
    int[] moved = run(jitter, 256, approximate);
    int different = 0;
    for (int i = 0; i < 256; i++) {
      assertThat(Math.abs(exact[i] - moved[i])).isLessThanOrEqualTo(2);
      different += exact[i] == moved[i] ? 0 : 1;
    }
    assertThat(different).isBetween(100, 256);
    String rounded = body.replace("OP", "sqrt.rn.f32 %f0, %f1;");
    assertThat(run(jitter, 256, rounded)).isEqualTo(run(EmulatorOptions.defaults(), 256, rounded));
  }

  @Test
  void localMemoryBelongsToAThread() {
    int[] got =
        run(
            EmulatorOptions.defaults(),
            64,
            """
            .local .align 8 .b8 mine[16];
            mov.u64 %d2, mine;
            st.local.u32 [%d2+8], %r1;
            cvta.local.u64 %d3, %d2;
            ld.u32 %r0, [%d3+8];
            """);
    for (int i = 0; i < 64; i++) {
      assertThat(got[i]).isEqualTo(i);
    }
  }
}
