package dev.framepack.kernels.emulator;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.framepack.kernels.emulator.EmulationException.Kind;
import dev.framepack.kernels.emulator.EmulatorOptions.Completion;
import dev.framepack.kernels.emulator.EmulatorOptions.Schedule;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** mbarriers and bulk copies with one mistake each. */
class BulkFaultTest {
  private static final int THREADS = 64;

  private static final String DECLARE =
      """
      .shared .align 128 .b8 tile[256];
      .shared .align 8 .b64 bars[2];
      ld.param.u64 %d0, [p0];
      ld.param.u64 %d1, [p1];
      mov.u32 %r0, %tid.x;
      mov.u32 %r1, tile;
      mov.u32 %r2, bars;
      mad.lo.u32 %r3, %r0, 4, %r1;
      mad.wide.u32 %d2, %r0, 4, %d1;
      setp.eq.u32 %p0, %r0, 0;
      """;

  private static final String INIT = "@%p0 mbarrier.init.shared::cta.b64 [%r2], 1;\n";
  private static final String READY = "@%p0 fence.mbarrier_init.release.cluster;\nbar.sync 0;\n";
  private static final String LOAD =
      """
      @%p0 cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r1], [%d0], 256,
        [%r2];
      """;

  private static String expectBytes(int bytes) {
    return "@%p0 mbarrier.arrive.expect_tx.shared::cta.b64 %d3, [%r2], " + bytes + ";\n";
  }

  private static String await(String label, int parity) {
    return """
    %1$s:
    mbarrier.try_wait.parity.shared::cta.b64 %%p1, [%%r2], %2$d;
    @!%%p1 bra %1$s;
    """
        .formatted(label, parity);
  }

  private static final String USE = "ld.shared.u32 %r4, [%r3];\nst.global.u32 [%d2], %r4;\n";

  private static final String STORE =
      """
      @%p0 cp.async.bulk.global.shared::cta.bulk_group [%d1], [%r1], 256;
      @%p0 cp.async.bulk.commit_group;
      """;

  private static int[] run(EmulatorOptions options, String body) {
    try (PtxHarness harness = new PtxHarness(options);
        DeviceMemory in = harness.upload(IntStream.range(100, 100 + THREADS).toArray());
        DeviceMemory out = harness.empty(THREADS)) {
      harness.run(
          PtxHarness.kernel(2, DECLARE + body).replace("sm_80", "sm_90a"),
          1,
          THREADS,
          0,
          PtxHarness.read(in),
          PtxHarness.write(out));
      return harness.download(out);
    }
  }

  private static void expect(Kind kind, String part, String body) {
    EmulationException fault =
        assertThrows(EmulationException.class, () -> run(EmulatorOptions.defaults(), body));
    assertEquals(kind, fault.kind(), fault.getMessage());
    assertTrue(String.valueOf(fault.getMessage()).contains(part), fault.getMessage());
  }

  private static void expectRight(String body) {
    for (Completion completion : Completion.values()) {
      for (Schedule schedule : Schedule.values()) {
        for (int seed = 0; seed < 5; seed++) {
          EmulatorOptions options =
              EmulatorOptions.defaults().withSchedule(schedule, completion, seed);
          int[] found = assertDoesNotThrow(() -> run(options, body), schedule + " " + completion);
          for (int i = 0; i < THREADS; i++) {
            assertEquals(100 + i, found[i], schedule + " " + completion + ", thread " + i);
          }
        }
      }
    }
  }

  @Test
  void theRightLoadRunsInEveryMode() {
    expectRight(INIT + READY + expectBytes(256) + LOAD + await("FULL", 0) + USE);
  }

  @Test
  void moreBytesAreExpectedThanArrive() {
    expect(
        Kind.DEADLOCK,
        "and 16 bytes outstanding",
        INIT + READY + expectBytes(272) + LOAD + await("FULL", 0) + USE);
  }

  @Test
  void nobodyArrives() {
    expect(Kind.DEADLOCK, "phase 0, 1 of 1 arrivals", INIT + READY + LOAD + await("FULL", 0) + USE);
  }

  @Test
  void theWrongParityIsWaitedFor() {
    expect(
        Kind.UNINITIALISED_MEMORY,
        "wait for the copy",
        INIT + READY + expectBytes(256) + LOAD + await("FULL", 1) + USE);
  }

  @Test
  void thePhaseAfterTheLastIsWaitedFor() {
    expect(
        Kind.DEADLOCK,
        "phase 1",
        INIT + READY + expectBytes(256) + LOAD + await("FULL", 0) + await("NEXT", 1) + USE);
  }

  @Test
  void nothingIsWaitedFor() {
    expect(
        Kind.UNINITIALISED_MEMORY,
        "wait for the copy",
        INIT + READY + expectBytes(256) + LOAD + USE);
  }

  @Test
  void moreArriveThanAreExpected() {
    expect(
        Kind.ASYNC,
        "awaits 0 of 1",
        INIT
            + READY
            + """
            @%p0 mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%r2], 64;
            mbarrier.arrive.shared::cta.b64 %d3, [%r2];
            """);
  }

  @Test
  void theBarrierWasNeverInitialised() {
    expect(Kind.ASYNC, "no mbarrier", "mbarrier.arrive.shared::cta.b64 %d3, [%r2];\n");
  }

  @Test
  void theFenceAfterTheInitialisationIsMissing() {
    expect(
        Kind.ASYNC,
        "fence.mbarrier_init",
        INIT + "bar.sync 0;\n" + expectBytes(256) + LOAD + await("FULL", 0) + USE);
  }

  @Test
  void theBarrierIsInitialisedTwice() {
    expect(Kind.ASYNC, "mbarrier.inval", INIT + INIT);
  }

  @Test
  void aBarrierMayBeInitialisedAgainAfterInval() {
    expectRight(
        INIT
            + "@%p0 mbarrier.inval.shared::cta.b64 [%r2];\n"
            + INIT
            + READY
            + expectBytes(256)
            + LOAD
            + await("FULL", 0)
            + USE);
  }

  @Test
  void theBarrierIsOverwritten() {
    expect(
        Kind.ASYNC,
        "ordinary store",
        INIT + "@%p0 st.shared.u32 [%r2], %r0;\n" + READY + expectBytes(256));
  }

  @Test
  void theBarrierIsMisaligned() {
    expect(Kind.MISALIGNED, "multiple of 8", "@%p0 mbarrier.init.shared::cta.b64 [%r2 + 4], 1;\n");
  }

  @Test
  void theBlockEndsBeforeTheBytesArrive() {
    expect(
        Kind.ASYNC,
        "the block ends",
        INIT + READY + expectBytes(256) + LOAD + "st.global.u32 [%d2], %r0;\n");
  }

  @Test
  void theBufferIsRefilledWhileOthersRead() {
    expect(
        Kind.RACE,
        "without a barrier",
        INIT
            + READY
            + expectBytes(256)
            + LOAD
            + await("FULL", 0)
            + USE
            + "setp.eq.u32 %p0, %r0, 32;\n"
            + expectBytes(256)
            + LOAD
            + await("AGAIN", 1));
  }

  @Test
  void theTargetOverlapsACopyUnderWay() {
    expect(
        Kind.RACE,
        "still under way",
        INIT + READY + expectBytes(512) + LOAD + LOAD + await("FULL", 0) + USE);
  }

  @Test
  void theRightStoreRunsInEveryMode() {
    expectRight(
        "add.u32 %r4, %r0, 100;\nst.shared.u32 [%r3], %r4;\nfence.proxy.async.shared::cta;\n"
            + "bar.sync 0;\n"
            + STORE
            + "@%p0 cp.async.bulk.wait_group.read 0;\n");
  }

  @Test
  void theProxyFenceIsMissing() {
    expect(
        Kind.ASYNC,
        "without fence.proxy.async",
        "st.shared.u32 [%r3], %r0;\nbar.sync 0;\n"
            + STORE
            + "@%p0 cp.async.bulk.wait_group.read 0;\n");
  }

  @Test
  void theProxyFenceComesBeforeTheStore() {
    expect(
        Kind.ASYNC,
        "without fence.proxy.async",
        "fence.proxy.async.shared::cta;\nst.shared.u32 [%r3], %r0;\nbar.sync 0;\n"
            + STORE
            + "@%p0 cp.async.bulk.wait_group.read 0;\n");
  }

  @Test
  void theStoreIsNotWaitedFor() {
    expect(
        Kind.ASYNC,
        "still reads its shared memory",
        "st.shared.u32 [%r3], %r0;\nfence.proxy.async.shared::cta;\nbar.sync 0;\n" + STORE);
  }

  @Test
  void theSourceOfAStoreChangesTooEarly() {
    expect(
        Kind.RACE,
        "written by warp 1",
        """
        st.shared.u32 [%r3], %r0;
        fence.proxy.async.shared::cta;
        bar.sync 0;
        """
            + STORE
            + """
            setp.ge.u32 %p2, %r0, 32;
            @%p2 st.shared.u32 [%r3], %r0;
            @%p0 cp.async.bulk.wait_group.read 0;
            """);
  }

  @Test
  void copiesOfAThreadArriveAtABarrier() {
    expectRight(
        """
        @%p0 mbarrier.init.shared::cta.b64 [%r2], 64;
        bar.sync 0;
        mad.wide.u32 %d4, %r0, 4, %d0;
        cp.async.ca.shared.global [%r3], [%d4], 4;
        cp.async.mbarrier.arrive.noinc.shared::cta.b64 [%r2];
        """
            + await("FULL", 0)
            + USE);
  }

  @Test
  void aTestThatDoesNotWaitMaySpin() {
    expectRight(
        INIT
            + READY
            + expectBytes(256)
            + LOAD
            + """
            FULL:
            mbarrier.test_wait.parity.shared::cta.b64 %p1, [%r2], 0;
            @!%p1 bra FULL;
            """
            + USE);
  }

  @Test
  void aRankBeyondTheCluster() {
    expect(Kind.OUT_OF_RANGE, "cluster has 1 blocks", "mapa.shared::cluster.u32 %r4, %r2, 1;\n");
  }

  @Test
  void theClusterBarrierIsArrivedAtTwice() {
    expect(
        Kind.BARRIER,
        "arrives twice",
        "barrier.cluster.arrive.aligned;\nbarrier.cluster.arrive.aligned;\n");
  }

  @Test
  void theClusterBarrierIsWaitedForWithoutArriving() {
    expect(Kind.BARRIER, "without having arrived", "barrier.cluster.wait.aligned;\n");
  }
}
