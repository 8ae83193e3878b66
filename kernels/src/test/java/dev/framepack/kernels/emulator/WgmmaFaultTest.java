package dev.framepack.kernels.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.framepack.kernels.emulator.EmulationException.Kind;
import dev.framepack.kernels.emulator.EmulatorOptions.Completion;
import dev.framepack.kernels.emulator.EmulatorOptions.Schedule;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import org.junit.jupiter.api.Test;

/** Warpgroup products m64n8k16 of ones with one mistake each. */
class WgmmaFaultTest {
  private static final int THREADS = 128;

  /** 4 KiB of bf16 ones; descriptors of plain K-major tiles in %d2 (A) and %d3 (B). */
  private static final String FILL =
      """
      .shared .align 1024 .b8 tile[4096];
      ld.param.u64 %d0, [p0];
      mov.u32 %r0, %tid.x;
      mov.u32 %r1, tile;
      mad.lo.u32 %r2, %r0, 16, %r1;
      mov.u32 %r3, 0x3f803f80;
      st.shared.v4.u32 [%r2], {%r3, %r3, %r3, %r3};
      st.shared.v4.u32 [%r2 + 2048], {%r3, %r3, %r3, %r3};
      shr.u32 %r4, %r1, 4;
      cvt.u64.u32 %d2, %r4;
      or.b64 %d2, %d2, 0x0000001000080000;
      add.u64 %d3, %d2, 128;
      mov.f32 %f0, 0f00000000;
      mov.f32 %f1, 0f00000000;
      mov.f32 %f2, 0f00000000;
      mov.f32 %f3, 0f00000000;
      """;

  private static final String READY = "fence.proxy.async.shared::cta;\nbar.sync 0;\n";
  private static final String FENCE = "wgmma.fence.sync.aligned;\n";
  private static final String PRODUCT =
      """
      wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {%f0, %f1, %f2, %f3}, %d2, %d3, 1, 1, 1,
        0, 0;
      """;
  private static final String COMMIT = "wgmma.commit_group.sync.aligned;\n";
  private static final String WAIT = "wgmma.wait_group.sync.aligned 0;\n";
  private static final String STORE =
      """
      mad.wide.u32 %d1, %r0, 4, %d0;
      add.f32 %f4, %f0, %f3;
      cvt.rni.s32.f32 %r5, %f4;
      st.global.u32 [%d1], %r5;
      """;

  private static int[] run(EmulatorOptions options, int threads, String body) {
    try (PtxHarness harness = new PtxHarness(options);
        DeviceMemory out = harness.empty(threads)) {
      harness.run(
          PtxHarness.kernel(1, body).replace("sm_80", "sm_90a"),
          1,
          threads,
          0,
          PtxHarness.write(out));
      return harness.download(out);
    }
  }

  private static void expect(Kind kind, String part, String body) {
    expect(kind, part, THREADS, body);
  }

  private static void expect(Kind kind, String part, int threads, String body) {
    EmulationException fault =
        assertThrows(
            EmulationException.class, () -> run(EmulatorOptions.defaults(), threads, body));
    assertEquals(kind, fault.kind(), fault.getMessage());
    assertTrue(String.valueOf(fault.getMessage()).contains(part), fault.getMessage());
  }

  @Test
  void twoProductsAddUpInEveryMode() {
    String body = FILL + READY + FENCE + PRODUCT + PRODUCT + COMMIT + WAIT + STORE;
    for (Completion completion : Completion.values()) {
      for (int seed = 0; seed < 4; seed++) {
        EmulatorOptions options =
            EmulatorOptions.defaults().withSchedule(Schedule.RANDOM, completion, seed);
        for (int value : run(options, THREADS, body)) {
          assertEquals(2 * 2 * 16, value, completion.toString());
        }
      }
    }
  }

  @Test
  void theAccumulatorsAreReadBeforeTheWait() {
    expect(
        Kind.UNINITIALISED_REGISTER,
        "add.f32",
        FILL + READY + FENCE + PRODUCT + COMMIT + STORE + WAIT);
  }

  @Test
  void oneGroupTooManyMayStayUnderWay() {
    expect(
        Kind.UNINITIALISED_REGISTER,
        "add.f32",
        FILL + READY + FENCE + PRODUCT + COMMIT + "wgmma.wait_group.sync.aligned 1;\n" + STORE);
  }

  @Test
  void theCommitIsMissing() {
    expect(Kind.UNINITIALISED_REGISTER, "add.f32", FILL + READY + FENCE + PRODUCT + WAIT + STORE);
  }

  @Test
  void anAccumulatorIsWrittenUnderWay() {
    expect(
        Kind.ASYNC,
        "was written while it was under way",
        FILL + READY + FENCE + PRODUCT + COMMIT + "mov.f32 %f0, 0f00000000;\n" + WAIT + STORE);
  }

  @Test
  void theRegisterFenceIsMissing() {
    expect(Kind.ASYNC, "no wgmma.fence", FILL + READY + PRODUCT + COMMIT + WAIT + STORE);
  }

  @Test
  void theProxyFenceIsMissing() {
    expect(
        Kind.ASYNC,
        "without fence.proxy.async",
        FILL + "bar.sync 0;\n" + FENCE + PRODUCT + COMMIT + WAIT + STORE);
  }

  @Test
  void theBarrierAfterTheStoresIsMissing() {
    expect(
        Kind.RACE,
        "without a barrier",
        FILL + "fence.proxy.async.shared::cta;\n" + FENCE + PRODUCT + COMMIT + WAIT + STORE);
  }

  @Test
  void anOperandIsOverwrittenBeforeTheWait() {
    expect(
        Kind.ASYNC,
        "without fence.proxy.async",
        FILL
            + READY
            + FENCE
            + PRODUCT
            + COMMIT
            + "st.shared.v4.u32 [%r2], {%r3, %r3, %r3, %r3};\n"
            + WAIT
            + STORE);
  }

  @Test
  void aWarpOfTheGroupIsMissing() {
    expect(
        Kind.DIVERGENCE,
        "issued 0 products",
        FILL
            + READY
            + "setp.ge.u32 %p0, %r0, 96;\n@%p0 bra OVER;\n"
            + FENCE
            + PRODUCT
            + COMMIT
            + WAIT
            + "OVER:\n"
            + "mad.wide.u32 %d1, %r0, 4, %d0;\nst.global.u32 [%d1], %r0;\n");
  }

  @Test
  void theGroupHasTooFewWarps() {
    expect(
        Kind.DIVERGENCE,
        "a warpgroup has 4",
        64,
        FILL + READY + FENCE + PRODUCT + COMMIT + WAIT + STORE);
  }

  @Test
  void theWarpsOfAGroupDisagree() {
    expect(
        Kind.DIVERGENCE,
        "another warp of its group",
        FILL
            + READY
            + "setp.ge.u32 %p0, %r0, 96;\n@%p0 add.u64 %d3, %d3, 2;\n"
            + FENCE
            + PRODUCT
            + COMMIT
            + WAIT
            + STORE);
  }

  @Test
  void theDescriptorIsNoDescriptor() {
    expect(
        Kind.ASYNC,
        "bits outside its fields",
        FILL + READY + "mov.u64 %d3, 0x8000;\n" + FENCE + PRODUCT + COMMIT + WAIT + STORE);
  }

  @Test
  void theDescriptorPointsBeyondSharedMemory() {
    expect(
        Kind.OUT_OF_RANGE,
        "shared bytes",
        FILL + READY + "add.u64 %d3, %d3, 1024;\n" + FENCE + PRODUCT + COMMIT + WAIT + STORE);
  }

  @Test
  void theRegisterCountIsImpossible() {
    expect(Kind.UNKNOWN_INSTRUCTION, "multiple of 8", "setmaxnreg.inc.sync.aligned.u32 100;\n");
  }
}
