package dev.framepack.kernels.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.framepack.kernels.emulator.EmulationException.Kind;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.KernelArgument;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Kernels with one mistake each: the check that is there for it fires and says where. */
class SeededBugTest {
  private static final String ADDRESSES =
      """
      .shared .align 16 .b8 sm[1024];
      mov.u32 %r1, %tid.x;
      mov.u32 %r2, %ctaid.x;
      ld.param.u64 %d0, [p0];
      ld.param.u64 %d1, [p1];
      mad.wide.u32 %d2, %r1, 4, %d0;
      mad.wide.u32 %d3, %r1, 4, %d1;
      shl.b32 %r3, %r1, 2;
      mov.u32 %r4, sm;
      add.u32 %r5, %r4, %r3;
      """;

  private static Arguments bug(String name, Kind kind, String words, String body) {
    return Arguments.of(name, kind, words, body);
  }

  static final List<Arguments> BUGS =
      List.of(
          bug(
              "a load one element behind the operand",
              Kind.OUT_OF_RANGE,
              "byte 512",
              "ld.global.u32 %r0, [%d2+4]; st.global.u32 [%d3], %r0;"),
          bug(
              "a wild address",
              Kind.OUT_OF_RANGE,
              "no allocation",
              "mov.u64 %d9, 12345678; ld.global.u32 %r0, [%d9+2]; st.global.u32 [%d3], %r0;"),
          bug(
              "a load across the alignment",
              Kind.MISALIGNED,
              "no multiple of 8",
              "ld.global.u64 %d9, [%d2]; st.global.u32 [%d3], %r1;"),
          bug(
              "a store to what is only read",
              Kind.ACCESS_RIGHT,
              "READ",
              "st.global.u32 [%d2], %r1; st.global.u32 [%d3], %r1;"),
          bug(
              "an output with a hole",
              Kind.UNWRITTEN_OUTPUT,
              "byte 28",
              "setp.ne.u32 %p0, %r1, 7; @%p0 st.global.u32 [%d3], %r1;"),
          bug(
              "an output read before it is written",
              Kind.UNINITIALISED_MEMORY,
              "WRITE operand",
              "ld.global.u32 %r0, [%d3]; st.global.u32 [%d3], %r0;"),
          bug(
              "a register that one path leaves out",
              Kind.UNINITIALISED_REGISTER,
              "never wrote",
              "setp.lt.u32 %p0, %r1, 9; @%p0 mov.u32 %r0, 1; st.global.u32 [%d3], %r0;"),
          bug(
              "shared memory read before it is stored",
              Kind.UNINITIALISED_MEMORY,
              "shared byte",
              "ld.shared.u32 %r0, [%r5]; st.global.u32 [%d3], %r0;"),
          bug(
              "shared memory beyond its end",
              Kind.OUT_OF_RANGE,
              "of 1,024",
              "st.shared.u32 [%r5+900], %r1; st.global.u32 [%d3], %r1;"),
          bug(
              "a missing barrier between store and load",
              Kind.RACE,
              "without a barrier",
              """
              st.shared.u32 [%r5], %r1;
              and.b32 %r6, %r3, 127;
              add.u32 %r6, %r4, %r6;
              ld.shared.u32 %r0, [%r6];
              st.global.u32 [%d3], %r0;
              """),
          bug(
              "a missing barrier between load and the next store",
              Kind.RACE,
              "without a barrier",
              """
              st.shared.u32 [%r5], %r1;
              bar.sync 0;
              xor.b32 %r6, %r3, 128;
              add.u32 %r6, %r4, %r6;
              ld.shared.u32 %r0, [%r6];
              st.shared.u32 [%r5], %r0;
              st.global.u32 [%d3], %r0;
              """),
          bug(
              "lanes that store different values to one address",
              Kind.LANE_CONFLICT,
              "another lane",
              "st.shared.u32 [%r4], %r1; st.global.u32 [%d3], %r1;"),
          bug(
              "a uniform branch that is none",
              Kind.DIVERGENCE,
              "must be uniform",
              """
              and.b32 %r6, %r1, 1;
              setp.eq.u32 %p0, %r6, 0;
              @%p0 bra.uni SKIP;
              SKIP: st.global.u32 [%d3], %r1;
              """),
          bug(
              "a barrier inside a divergent branch",
              Kind.DIVERGENCE,
              "aligned",
              """
              and.b32 %r6, %r1, 1;
              setp.eq.u32 %p0, %r6, 0;
              @%p0 bra SKIP;
              bar.sync 0;
              SKIP: st.global.u32 [%d3], %r1;
              """),
          bug(
              "a named barrier nobody else comes to",
              Kind.DEADLOCK,
              "barrier 3, 1 warps arrived",
              """
              setp.ge.u32 %p0, %r1, 32;
              @%p0 bra SKIP;
              bar.sync 3, 64;
              SKIP: st.global.u32 [%d3], %r1;
              """),
          bug(
              "warps that disagree on a barrier's count",
              Kind.BARRIER,
              "thread count",
              """
              setp.ge.u32 %p0, %r1, 32;
              selp.b32 %r6, 64, 96, %p0;
              bar.sync 1, %r6;
              st.global.u32 [%d3], %r1;
              """),
          bug(
              "a barrier number out of range",
              Kind.BARRIER,
              "0 to 15",
              "mov.u32 %r6, 16; bar.sync %r6; st.global.u32 [%d3], %r1;"),
          bug("a trap", Kind.TRAP, "trap", "trap; st.global.u32 [%d3], %r1;"),
          bug(
              "an unknown instruction",
              Kind.UNKNOWN_INSTRUCTION,
              "line 16: frobnicate.u32",
              "frobnicate.u32 %r0, %r1;"),
          bug(
              "an unknown modifier",
              Kind.UNKNOWN_INSTRUCTION,
              "unknown modifier .fast",
              "add.fast.u32 %r0, %r1, %r1;"),
          bug(
              "a type an instruction lacks",
              Kind.UNKNOWN_INSTRUCTION,
              "rem.f32",
              "rem.f32 %f0, %f1, %f2;"),
          bug(
              "a register of the wrong width",
              Kind.UNKNOWN_INSTRUCTION,
              "register %d2 is .b64",
              "add.u32 %r0, %d2, %r1;"),
          bug("an undeclared register", Kind.SYNTAX, "%zz", "add.u32 %zz, %r1, %r1;"),
          bug("a label that is nowhere", Kind.SYNTAX, "NOWHERE", "bra NOWHERE;"),
          bug("a missing semicolon", Kind.SYNTAX, "expected ';'", "add.u32 %r0, %r1, %r1"),
          bug(
              "an immediate of the wrong kind",
              Kind.UNKNOWN_INSTRUCTION,
              "floating literal",
              "add.f32 %f0, %f1, 1;"));

  @ParameterizedTest(name = "{0}")
  @FieldSource("BUGS")
  void isFound(String name, Kind kind, String words, String body) {
    String ptx = PtxHarness.kernel(2, ADDRESSES + body);
    try (PtxHarness harness = new PtxHarness()) {
      DeviceMemory in = harness.upload(new int[128]);
      DeviceMemory out = harness.empty(128);
      EmulationException found =
          catchThrowableOfType(
              EmulationException.class,
              () -> harness.run(ptx, 1, 128, 0, PtxHarness.read(in), PtxHarness.write(out)));
      assertThat(found).as(name).isNotNull();
      assertThat(found.getMessage()).contains(words);
      assertThat(found.kind()).as(found.getMessage()).isEqualTo(kind);
    }
  }

  @Test
  void messageSaysWhere() {
    String ptx =
        PtxHarness.kernel(
            2, ADDRESSES + "setp.eq.u32 %p0, %r1, 77; @%p0 ld.global.u32 %r0, [%d2+4096];");
    try (PtxHarness harness = new PtxHarness()) {
      DeviceMemory in = harness.upload(new int[128]);
      EmulationException found =
          catchThrowableOfType(
              EmulationException.class,
              () -> harness.run(ptx, 1, 128, 0, PtxHarness.read(in), PtxHarness.read(in)));
      assertThat(found)
          .hasMessageContainingAll(
              "test",
              "PTX line 16",
              "ld.global.u32 %r0",
              "block (0,0,0)",
              "warp 2",
              "lane 13",
              "thread 77,0,0",
              "byte 4,404");
    }
  }

  @Test
  void twoBlocksThatWriteOneElement() {
    String ptx = PtxHarness.kernel(2, ADDRESSES + "st.global.u32 [%d3], %r2;");
    EmulationException found = runOnBlocks(ptx, true);
    assertThat(found.kind()).isEqualTo(Kind.RACE);
    assertThat(found).hasMessageContaining("block 0 wrote");
  }

  @Test
  void aBlockThatReadsWhatAnotherWrites() {
    String ptx =
        PtxHarness.kernel(
            2,
            ADDRESSES
                + """
                setp.eq.u32 %p0, %r2, 0;
                @%p0 st.global.u32 [%d3], %r2;
                @!%p0 ld.global.u32 %r0, [%d3];
                """);
    EmulationException found = runOnBlocks(ptx, false);
    assertThat(found.kind()).isEqualTo(Kind.RACE);
    assertThat(found).hasMessageContaining("which block 0 writes");
  }

  private static EmulationException runOnBlocks(String ptx, boolean write) {
    try (PtxHarness harness = new PtxHarness()) {
      DeviceMemory in = harness.upload(new int[128]);
      DeviceMemory out = harness.upload(new int[128]);
      KernelArgument target = write ? PtxHarness.write(out) : PtxHarness.readWrite(out);
      EmulationException found =
          catchThrowableOfType(
              EmulationException.class,
              () -> harness.run(ptx, 2, 128, 0, PtxHarness.read(in), target));
      assertThat(found).isNotNull();
      return found;
    }
  }

  @Test
  void globalMemoryNobodyStored() {
    String ptx =
        PtxHarness.kernel(2, ADDRESSES + "ld.global.u32 %r0, [%d2]; st.global.u32 [%d3], %r0;");
    try (PtxHarness harness = new PtxHarness()) {
      DeviceMemory in = harness.empty(128);
      DeviceMemory out = harness.empty(128);
      EmulationException found =
          catchThrowableOfType(
              EmulationException.class,
              () -> harness.run(ptx, 1, 128, 0, PtxHarness.read(in), PtxHarness.write(out)));
      assertThat(found.kind()).isEqualTo(Kind.UNINITIALISED_MEMORY);
      assertThat(found).hasMessageContaining("nothing was ever stored");
    }
  }

  @Test
  void memoryThatWasFreed() {
    String ptx = PtxHarness.kernel(2, ADDRESSES + "st.global.u32 [%d3], %r1;");
    try (PtxHarness harness = new PtxHarness()) {
      DeviceMemory in = harness.upload(new int[128]);
      DeviceMemory out = harness.empty(128);
      in.close();
      EmulationException found =
          catchThrowableOfType(
              EmulationException.class,
              () -> harness.run(ptx, 1, 128, 0, PtxHarness.read(in), PtxHarness.write(out)));
      assertThat(found).hasMessageContaining("freed");
    }
  }

  @Test
  void aLoopWithoutEnd() {
    String ptx = PtxHarness.kernel(0, "LOOP: bra LOOP;");
    EmulatorOptions options = EmulatorOptions.defaults().withWorkers(1, 100_000);
    try (PtxHarness harness = new PtxHarness(options)) {
      EmulationException found =
          catchThrowableOfType(EmulationException.class, () -> harness.run(ptx, 1, 64, 0));
      assertThat(found.kind()).isEqualTo(Kind.RUNAWAY);
    }
  }

  @Test
  void launchesThatDoNotFit() {
    String ptx =
        PtxHarness.kernel(1, "ld.param.u64 %d0, [p0];").replace(") {", ") .maxntid 64, 1, 1 {");
    try (PtxHarness harness = new PtxHarness()) {
      DeviceMemory in = harness.upload(new int[128]);
      assertLaunchError(() -> harness.run(ptx, 1, 65, 0, PtxHarness.read(in)), ".maxntid");
      assertLaunchError(() -> harness.run(ptx, 1, 64, 0), "arguments");
      assertLaunchError(
          () -> harness.run(ptx, 1, 64, 0, KernelArgument.int32(3)), "no 32-bit integer");
      assertLaunchError(
          () -> harness.run(ptx, 1, 64, 300_000, PtxHarness.read(in)), "shared memory");
    }
  }

  private static void assertLaunchError(Runnable launch, String words) {
    EmulationException found = catchThrowableOfType(EmulationException.class, launch::run);
    assertThat(found).isNotNull().hasMessageContaining(words);
    assertThat(found.kind()).isEqualTo(Kind.LAUNCH);
  }
}
