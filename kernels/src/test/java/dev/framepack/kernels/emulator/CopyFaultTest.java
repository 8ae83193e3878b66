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

/** Pipelines of cp.async with one mistake each. */
class CopyFaultTest {
  private static final int THREADS = 64;

  /**
   * Address of the thread's 16 bytes in global (%d0) and shared memory (%r1), two tiles of each.
   */
  private static final String START =
      """
      .shared .align 16 .b8 tiles[2048];
      ld.param.u64 %d0, [p0];
      ld.param.u64 %d1, [p1];
      mov.u32 %r0, %tid.x;
      mov.u32 %r2, tiles;
      mad.lo.u32 %r1, %r0, 16, %r2;
      xor.b32 %r3, %r0, 32;
      mad.lo.u32 %r3, %r3, 16, %r2;
      mad.wide.u32 %d0, %r0, 16, %d0;
      mad.wide.u32 %d1, %r0, 4, %d1;
      """;

  private static final String COPY_0 =
      "cp.async.cg.shared.global [%r1], [%d0], 16;\ncp.async.commit_group;\n";
  private static final String COPY_1 =
      "cp.async.cg.shared.global [%r1 + 1024], [%d0 + 1024], 16;\ncp.async.commit_group;\n";

  /** Reads what the other warp copied to the first tile. */
  private static final String USE = "ld.shared.u32 %r4, [%r3];\nst.global.u32 [%d1], %r4;\n";

  private static EmulatorOptions latest() {
    return EmulatorOptions.defaults();
  }

  private static void run(EmulatorOptions options, String body) {
    try (PtxHarness harness = new PtxHarness(options);
        DeviceMemory in = harness.upload(IntStream.range(0, 8 * THREADS).toArray());
        DeviceMemory out = harness.empty(THREADS)) {
      harness.run(
          PtxHarness.kernel(2, START + body),
          1,
          THREADS,
          0,
          PtxHarness.read(in),
          PtxHarness.write(out));
      int[] found = harness.download(out);
      for (int i = 0; i < THREADS; i++) {
        assertEquals(4 * (i ^ 32), found[i], "thread " + i);
      }
    }
  }

  private static void expect(Kind kind, String part, String body) {
    EmulationException fault = assertThrows(EmulationException.class, () -> run(latest(), body));
    assertEquals(kind, fault.kind(), fault.getMessage());
    assertTrue(String.valueOf(fault.getMessage()).contains(part), fault.getMessage());
  }

  @Test
  void theRightPipelineRunsInEveryMode() {
    String body =
        COPY_0 + COPY_1 + "cp.async.wait_group 1;\nbar.sync 0;\n" + USE + "cp.async.wait_all;\n";
    for (Completion completion : Completion.values()) {
      for (Schedule schedule : Schedule.values()) {
        for (int seed = 0; seed < 5; seed++) {
          EmulatorOptions options = latest().withSchedule(schedule, completion, seed);
          assertDoesNotThrow(() -> run(options, body), schedule + " " + completion);
        }
      }
    }
  }

  @Test
  void theBarrierAfterTheCopyIsMissing() {
    expect(
        Kind.UNINITIALISED_MEMORY, "nothing was stored", COPY_0 + "cp.async.wait_group 0;\n" + USE);
  }

  @Test
  void theBarrierIsMissingAndTheOtherWarpWasFaster() {
    EmulationException fault =
        assertThrows(
            EmulationException.class,
            () ->
                run(
                    latest().withSchedule(Schedule.ROUND_ROBIN, Completion.EARLIEST, 0),
                    COPY_0 + "cp.async.wait_group 0;\n" + USE));
    assertEquals(Kind.RACE, fault.kind(), fault.getMessage());
  }

  @Test
  void oneGroupTooManyMayStayUnderWay() {
    expect(
        Kind.UNINITIALISED_MEMORY,
        "wait for the copy",
        COPY_0 + COPY_1 + "cp.async.wait_group 2;\nbar.sync 0;\n" + USE);
  }

  @Test
  void nothingIsWaitedFor() {
    expect(Kind.UNINITIALISED_MEMORY, "wait for the copy", COPY_0 + "bar.sync 0;\n" + USE);
  }

  @Test
  void theCommitIsMissing() {
    expect(
        Kind.UNINITIALISED_MEMORY,
        "wait for the copy",
        "cp.async.cg.shared.global [%r1], [%d0], 16;\ncp.async.wait_group 0;\nbar.sync 0;\n" + USE);
  }

  @Test
  void aBufferInFlightIsCopiedToAgain() {
    expect(
        Kind.RACE, "still under way", COPY_0 + COPY_0 + "cp.async.wait_all;\nbar.sync 0;\n" + USE);
  }

  @Test
  void aBufferInFlightIsStoredTo() {
    expect(
        Kind.RACE,
        "while it was under way",
        COPY_0 + "st.shared.u32 [%r1], %r0;\ncp.async.wait_all;\nbar.sync 0;\n" + USE);
  }

  @Test
  void aBufferIsRefilledWhileAnotherWarpReads() {
    expect(
        Kind.RACE,
        "without a barrier",
        COPY_0 + "cp.async.wait_all;\nbar.sync 0;\n" + USE + COPY_0 + "cp.async.wait_all;\n");
  }

  @Test
  void misalignedSource() {
    expect(Kind.MISALIGNED, "multiple of 16", "cp.async.cg.shared.global [%r1], [%d0 + 4], 16;\n");
  }

  @Test
  void sourceBeyondTheOperand() {
    expect(
        Kind.OUT_OF_RANGE,
        "outside every operand",
        "cp.async.cg.shared.global [%r1], [%d0 + 2048], 16;\n");
  }

  @Test
  void sourceOfNoBytesMayLieAnywhere() {
    assertDoesNotThrow(() ->
        run(
            latest(),
            """
            mov.u32 %r5, 0;
            cp.async.cg.shared.global [%r1 + 1024], [%d0 + 65536], 16, %r5;
            """
                + COPY_0
                + "cp.async.wait_all;\nbar.sync 0;\n"
                + USE));
  }

  @Test
  void sourceSizeBeyondTheCopy() {
    expect(
        Kind.ASYNC,
        "source size 20",
        "mov.u32 %r5, 20;\ncp.async.cg.shared.global [%r1], [%d0], 16, %r5;\n");
  }
}
