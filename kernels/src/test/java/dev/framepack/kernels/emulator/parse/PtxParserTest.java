package dev.framepack.kernels.emulator.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.kernels.emulator.EmulationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grammar: directives, scopes, labels, operands, and errors with their line. */
class PtxParserTest {
  private static final String HEAD = ".version 8.0\n.target sm_90a\n.address_size 64\n";

  private static PtxEntry entry(String rest) {
    return PtxParser.parse(HEAD + rest).entries().getFirst();
  }

  private static List<PtxStatement> body(String text) {
    return entry(
            ".visible .entry k() {\n.reg .pred %p; .reg .b32 %r<4>; .reg .f32 %f; .reg .b64 %d;\n"
                + text
                + "\n}")
        .statements();
  }

  @Test
  void readsDirectivesParametersAndSharedVariables() {
    PtxModule module =
        PtxParser.parse(
            HEAD
                + """
                .extern .shared .align 128 .b8 dynamic[];
                .visible .entry k(
                  .param .u64 .ptr .global .align 16 a, // an address
                  .param .u32 n,
                  .param .align 64 .b8 map[128]
                )
                .explicitcluster .reqnctapercluster 2, 1, 1
                .maxntid 128, 1, 1 .minnctapersm 2
                {
                  .shared .b8 flags[3];
                  .shared .align 16 .f32 tile[4][8];
                  .local .align 8 .b8 stack[24];
                  mov.u32 %r, dynamic;
                }
                """
                    .replace("mov.u32 %r, dynamic;", "ret;"));
    assertThat(module.version()).isEqualTo(80);
    assertThat(module.target()).isEqualTo("sm_90a");
    PtxEntry entry = module.entries().getFirst();
    assertThat(entry.parameters()).extracting(PtxVariable::byteOffset).containsExactly(0, 8, 64);
    assertThat(entry.parameterBytes()).isEqualTo(192);
    assertThat(entry.clusterSize()).containsExactly(2, 1, 1);
    assertThat(entry.maxThreads()).containsExactly(128, 1, 1);
    assertThat(entry.directives()).containsEntry("minnctapersm", List.of(2));
    assertThat(entry.staticSharedBytes()).isEqualTo(16 + 128);
    assertThat(entry.localBytes()).isEqualTo(24);
  }

  @Test
  void labelsAndRegistersBelongToTheirBraces() {
    List<PtxStatement> code =
        body(
            """
            { .reg .b32 %x; L: mov.b32 %x, 1; bra L; }
            { .reg .f32 %x; mov.f32 %x, 0f3f800000; bra %m1_L; %m1_L: bra L; L: ret; }
            """);
    assertThat(target(code.get(1))).isZero();
    assertThat(target(code.get(3))).isEqualTo(4);
    assertThat(target(code.get(4))).isEqualTo(5);
    assertThat(register(code.get(0)).type()).isEqualTo(PtxType.B32);
    assertThat(register(code.get(2)).type()).isEqualTo(PtxType.F32);
  }

  private static int target(PtxStatement statement) {
    return ((PtxOperand.Label) statement.operands().getFirst()).label().statement();
  }

  private static PtxRegister register(PtxStatement statement) {
    return ((PtxOperand.Register) statement.operands().getFirst()).register();
  }

  @Test
  void readsGuardsModifiersVectorsAndAddresses() {
    PtxStatement load =
        body("@!%p ld.global.nc.L1::no_allocate.v4.b32 {%r0, _, %r2, %r3}, [%d+-16];").getFirst();
    assertThat(load.guardNegated()).isTrue();
    assertThat(load.opcode()).isEqualTo("ld");
    assertThat(load.modifiers()).containsExactly("global", "nc", "L1::no_allocate", "v4", "b32");
    assertThat(((PtxOperand.Vector) load.operands().getFirst()).elements()).hasSize(4);
    assertThat(((PtxOperand.Address) load.operands().get(1)).offset()).isEqualTo(-16);
    PtxStatement compare = body("setp.lt.and.s32 %p|_, %r1, -5, !%p;").getFirst();
    assertThat(compare.operands().getFirst()).isInstanceOf(PtxOperand.Pair.class);
    assertThat(compare.operands().get(2)).isEqualTo(new PtxOperand.IntegerLiteral(-5));
    assertThat(compare.operands().get(3)).isInstanceOf(PtxOperand.NotPredicate.class);
  }

  @ParameterizedTest
  @CsvSource({
    "12, 12",
    "-7, -7",
    "0x1F, 31",
    "0xffffffffffffffff, -1",
    "017, 15",
    "0b101, 5",
    "4294967295U, 4294967295"
  })
  void readsIntegers(String text, long expected) {
    boolean negative = text.startsWith("-");
    assertThat(PtxLiteral.of(negative ? text.substring(1) : text, negative))
        .isEqualTo(new PtxOperand.IntegerLiteral(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "0f3f800000, 1",
    "0FBF000000, -0.5",
    "0d4000000000000000, 2",
    "1.5, 1.5",
    "2e-3, 0.002"
  })
  void readsFloats(String text, double expected) {
    assertThat(((PtxOperand.FloatLiteral) PtxLiteral.of(text, false)).value()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mov.b32 %r1 %r2;             | expected ';'",
        "mov.b32 %r9, 1;              | '%r9' is neither",
        ".reg .b32 %r1; .reg .b32 %r1; | declared twice",
        ".reg .b31 %z;                | unknown type '.b31'",
        "@%r1 ret;                    | expected a predicate register",
        "L: L: ret;                   | placed twice",
        "mov.b32 %r1, 0x;             | is no number",
        "mov.b32 %r1, #5;             | character '#'",
        ".const .b32 table[4];        | expected an instruction"
      })
  void errorsNameLineAndText(String text, String words) {
    assertThatThrownBy(() -> body("\n" + text))
        .isInstanceOf(EmulationException.class)
        .hasMessageContaining("PTX line 7")
        .hasMessageContaining(words);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> PtxParser.parse(".version 8.0\n.target sm_80\n"))
        .hasMessageContaining("one of them is missing");
    assertThatThrownBy(() -> PtxParser.parse(HEAD + ".func f() { ret; }"))
        .hasMessageContaining("unknown directive '.func'");
    assertThatThrownBy(() -> entry(".entry k() {\nret;\n")).hasMessageContaining("expected '}'");
  }
}
