package dev.framepack.kernels.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.framepack.kernels.emulator.EmulationException.Kind;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Every misuse of a collective instruction is reported, with line, lane and remedy. */
class CollectiveFaultTest {
  private static final String ROWS =
      """
      .shared .align 16 .b8 rows[512];
      mov.u32 %r0, %tid.x;
      mov.u32 %r1, rows;
      mad.lo.u32 %r2, %r0, 16, %r1;
      st.shared.v4.b32 [%r2], {%r0, %r0, %r0, %r0};
      bar.sync 0;
      """;

  private static void expect(Kind kind, String part, String body) {
    expect(kind, part, body, 32);
  }

  private static void expect(Kind kind, String part, String body, int threads) {
    try (PtxHarness harness = new PtxHarness()) {
      String ptx = PtxHarness.kernel(0, body);
      EmulationException fault =
          assertThrows(EmulationException.class, () -> harness.run(ptx, 1, threads, 0));
      assertEquals(kind, fault.kind(), fault.getMessage());
      assertTrue(String.valueOf(fault.getMessage()).contains(part), fault.getMessage());
      assertTrue(String.valueOf(fault.getMessage()).contains("PTX line"), fault.getMessage());
    }
  }

  @Test
  void shuffleFromALaneThatDoesNotTakePart() {
    expect(
        Kind.DIVERGENCE,
        "reads lane 31",
        """
        mov.u32 %r0, %tid.x;
        setp.lt.u32 %p0, %r0, 31;
        @%p0 shfl.sync.idx.b32 %r1, %r0, 31, 31, 0x7fffffff;
        """);
  }

  @Test
  void shuffleInADivergedBranchWithTheFullMask() {
    expect(
        Kind.DIVERGENCE,
        "are elsewhere",
        """
        mov.u32 %r0, %tid.x;
        setp.lt.u32 %p0, %r0, 16;
        @!%p0 bra OVER;
        shfl.sync.bfly.b32 %r1, %r0, 1, 31, 0xffffffff;
        OVER:
        """);
  }

  @Test
  void laneOutsideItsOwnMemberMask() {
    expect(
        Kind.DIVERGENCE,
        "own mask",
        """
        mov.u32 %r0, %tid.x;
        setp.eq.u32 %p1, %r0, 0;
        vote.sync.all.pred %p0, %p1, 0x0000ffff;
        """);
  }

  @Test
  void memberMasksThatDiffer() {
    expect(
        Kind.DIVERGENCE,
        "one mask",
        """
        mov.u32 %r0, %tid.x;
        or.b32 %r1, %r0, 0xffff0000;
        redux.sync.add.u32 %r2, %r0, %r1;
        """);
  }

  @Test
  void uninitialisedValueOfTheLaneThatIsRead() {
    expect(
        Kind.UNINITIALISED_REGISTER,
        "0x00000001",
        """
        mov.u32 %r0, %tid.x;
        setp.gt.u32 %p0, %r0, 0;
        @%p0 mov.u32 %r1, %r0;
        shfl.sync.idx.b32 %r2, %r1, 0, 31, 0xffffffff;
        """);
  }

  @Test
  void divergentLdmatrix() {
    expect(
        Kind.DIVERGENCE,
        "whole warp",
        ROWS
            + """
            setp.lt.u32 %p0, %r0, 16;
            @%p0 ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%r3, %r4}, [%r2];
            """);
  }

  @Test
  void matrixInstructionOfAPartialWarp() {
    expect(
        Kind.DIVERGENCE,
        "whole warp",
        """
        mov.u32 %r0, 0;
        mov.f32 %f0, 0f00000000;
        mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%f1, %f2, %f3, %f4},
          {%r0, %r0, %r0, %r0}, {%r0, %r0}, {%f0, %f0, %f0, %f0};
        """,
        16);
  }

  @Test
  void misalignedRowAddress() {
    expect(
        Kind.MISALIGNED,
        "multiple of 16",
        ROWS
            + """
            add.u32 %r2, %r1, 8;
            ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r3}, [%r2];
            """);
  }

  @Test
  void rowBeyondSharedMemory() {
    expect(
        Kind.OUT_OF_RANGE,
        "shared",
        ROWS + "ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r3, %r4, %r5, %r6}, [%r2 + 16];\n");
  }

  @Test
  void rowThatNobodyStored() {
    expect(
        Kind.UNINITIALISED_MEMORY,
        "nothing was stored",
        """
        .shared .align 16 .b8 rows[512];
        mov.u32 %r0, rows;
        ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r3}, [%r0];
        """);
  }

  @Test
  void rowAnotherWarpStoredWithoutABarrier() {
    expect(
        Kind.RACE,
        "without a barrier",
        """
        .shared .align 16 .b8 rows[1024];
        mov.u32 %r0, %tid.x;
        mov.u32 %r1, rows;
        mad.lo.u32 %r2, %r0, 16, %r1;
        st.shared.v4.b32 [%r2], {%r0, %r0, %r0, %r0};
        ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r3}, [%r1];
        """,
        64);
  }

  @Test
  void uninitialisedFragment() {
    expect(
        Kind.UNINITIALISED_REGISTER,
        "never wrote",
        """
        mov.u32 %r0, 0;
        mov.f32 %f0, 0f00000000;
        mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%f1, %f2, %f3, %f4},
          {%r0, %r0, %r1, %r0}, {%r0, %r0}, {%f0, %f0, %f0, %f0};
        """);
  }

  @Test
  void shapeThatDoesNotExist() {
    try (PtxHarness harness = new PtxHarness()) {
      String ptx =
          PtxHarness.kernel(
              0,
              """
              mma.sync.aligned.m16n8k16.row.col.f32.tf32.tf32.f32 {%f1, %f2, %f3, %f4},
                {%r0, %r0, %r0, %r0}, {%r0, %r0}, {%f0, %f0, %f0, %f0};
              """);
      EmulationException fault =
          assertThrows(EmulationException.class, () -> harness.device.load(ptx, "test"));
      assertEquals(Kind.UNKNOWN_INSTRUCTION, fault.kind(), fault.getMessage());
    }
  }

  /** What a correct exchange looks like, so that the checks above are known not to fire always. */
  @Test
  void halvesOfAWarpMayShuffleApart() {
    try (PtxHarness harness = new PtxHarness();
        DeviceMemory out = harness.empty(32)) {
      harness.run(
          PtxHarness.kernel(
              1,
              """
              ld.param.u64 %d0, [p0];
              mov.u32 %r0, %tid.x;
              setp.lt.u32 %p0, %r0, 16;
              @!%p0 bra UPPER;
              shfl.sync.bfly.b32 %r1, %r0, 1, 31, 0x0000ffff;
              bra JOIN;
              UPPER:
              shfl.sync.bfly.b32 %r1, %r0, 2, 31, 0xffff0000;
              JOIN:
              mad.wide.u32 %d0, %r0, 4, %d0;
              st.global.u32 [%d0], %r1;
              """),
          1,
          32,
          0,
          PtxHarness.write(out));
      int[] found = harness.download(out);
      for (int lane = 0; lane < 32; lane++) {
        assertEquals(lane < 16 ? lane ^ 1 : lane ^ 2, found[lane], "lane " + lane);
      }
    }
  }

  /** Rows of 128 bytes: without a swizzle the eight rows of a matrix lie in the same four banks. */
  @Test
  void theProfileShowsAWrongSwizzle() {
    assertEquals(7, conflicts("mov.u32 %r3, 0;\n"));
    assertEquals(0, conflicts("and.b32 %r3, %r0, 7;\n"));
  }

  private static long conflicts(String chunk) {
    try (PtxHarness harness = new PtxHarness(EmulatorOptions.defaults().withProfile(true))) {
      harness.run(
          PtxHarness.kernel(
              0,
              """
              .shared .align 128 .b8 rows[4096];
              mov.u32 %r0, %tid.x;
              mov.u32 %r1, rows;
              mad.lo.u32 %r2, %r0, 128, %r1;
              """
                  + chunk
                  + """
                  mad.lo.u32 %r2, %r3, 16, %r2;
                  st.shared.v4.b32 [%r2], {%r0, %r0, %r0, %r0};
                  ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r4}, [%r2];
                  """),
          1,
          32,
          0);
      LaunchReport report = Objects.requireNonNull(harness.device.lastReport());
      return report.memoryLines().stream()
          .filter(line -> line.text().startsWith("ldmatrix"))
          .mapToLong(LaunchReport.MemoryLine::bankConflicts)
          .sum();
    }
  }
}
