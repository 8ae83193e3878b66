package dev.framepack.kernels.gpu.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PtxTemplateTest {
  private static final Map<String, Object> DEFINITIONS =
      Map.of("T", "bf16", "N", 8, "WIDE", true, "SCALE", 1.5f);

  private static PtxTemplate.Expanded expand(Map<String, String> files) {
    return PtxTemplate.expand("k.ptx", files::get, DEFINITIONS);
  }

  private static String text(String template) {
    return expand(Map.of("k.ptx", template)).text();
  }

  private static String failure(String template) {
    return String.valueOf(
        assertThrows(PtxTemplateException.class, () -> text(template)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1 + 2 * 3; 7",
        "(1 + 2) * 3; 9",
        "7 / 2 - 7 % 4; 0",
        "10 - 3 - 2; 5",
        "1 << 4 | 0x3; 19",
        "0xFFFF & ~0xF ^ 1; 65521",
        "-N; -8",
        "!0 + !5; 1",
        "N > 4 && N <= 8; 1",
        "N < 4 || N != 8; 0",
        "T == \"bf16\" ? 2 : 4; 2",
        "T != \"bf16\"; 0",
        "T; bf16",
        "WIDE ? T : UNKNOWN; bf16",
        "0 && UNKNOWN; 0",
        "1 || UNKNOWN + 1 == T; 1",
        "N == 1 ? 1 : N == 8 ? 2 : 3; 2",
        "min(N, 3) + max(N, 3); 11",
        "defined(N) - defined(M); 1",
        "SCALE; 0f3FC00000",
        "1 == 1 == 1; 1",
      })
  void expressionsFollowC(String expression, String expected) {
    assertEquals("[" + expected + "]\n", text("[${" + expression + "}]"));
  }

  @Test
  void directivesBuildText() {
    assertEquals(
        """
        // ${N} stays
        mov 8;
        ld 0;
        ld 2;
        st bf16 17; // ${x}
        """,
        text(
            """
            // ${N} stays
            #let M = N * 2 // twice
            mov ${M - N};
            #for I in 0..4 step 2
              #if I != 1
            ld ${I};
              #else
            never
              #end
            #end
            #if T == "f32"
            never
            #elif M == 16
              #let M = \\
                M + 1
            st ${T} ${M}; // ${x}
            #else
            never
            #end
            """));
  }

  @Test
  void macrosReplaceTheirFormalsAndNameTheirOwn() {
    assertEquals(
        """
        .reg .b32 %m1_r<4>;
        add {%a, %b}, [%rd + 4], 3;
        .reg .b32 %m2_r<4>;
        .reg .b32 %m3_r<4>;
        add %m2_r0, bf16, 17;
        add , bf16, 5;
        """,
        text(
            """
            #macro add(d, a, b)
            .reg .b32 %%r<4>;
            #if T == a && b > 1
              #use other(%%r0, ${a}, ${b})
            add ${d}, ${a}, 5;
            #else
            add ${d}, ${a}, ${b};
            #end
            #end
            #macro other(d, a, b)
            .reg .b32 %%r<4>;
            add ${d}, ${a}, ${b};
            #end
            #use add({%a, %b}, [%rd + 4], ${1 + 2})
            #use add(, ${T}, 0x11)
            """));
  }

  @Test
  void anIncludeSharesMacrosAndEveryLineKnowsItsOrigin() {
    PtxTemplate.Expanded expanded =
        expand(
            Map.of(
                "k.ptx",
                """
                #include "include/a.ptx"
                #include "include/a.ptx"
                #registers N * 4
                #shared 1 << 10
                start
                #use twice(x)
                """,
                "include/a.ptx",
                """
                #macro twice(v)
                  one ${v}
                  two ${v}
                #end
                """));
    assertEquals("start\n  one x\n  two x\n", expanded.text());
    assertEquals(32, expanded.maxRegisters());
    assertEquals(1024, expanded.sharedBytes());
    assertEquals("k.ptx:5", expanded.origin(1).toString());
    assertEquals("include/a.ptx:3 (from k.ptx:6)", expanded.origin(3).toString());
    assertEquals(
        "k, line 1 (ptx/k.ptx:5); error, line 9", expanded.annotate("k, line 1; error, line 9"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a ${M}; ptx/k.ptx:2: undefined name M (words need quotes)",
        "a ${N; ptx/k.ptx:2: ${ without }",
        "a ${N +}; ptx/k.ptx:2: a value is missing at the end",
        "a ${1 / (N - 8)}; ptx/k.ptx:2: division by zero",
        "a ${T + 1}; ptx/k.ptx:2: not an integer: \"bf16\"",
        "a ${f(1, 2)}; ptx/k.ptx:2: unknown function f",
        "a ${(1}; ptx/k.ptx:2: expected ), found the end",
        "a ${99999999999999999999}; ptx/k.ptx:2: not an integer of 64 bits: 99999999999999999999",
        "a %%r; ptx/k.ptx:2: %%r outside a macro",
        "#if 1; ptx/k.ptx:2: #if without #end",
        "#for I in 0..3; ptx/k.ptx:2: #for without #end",
        "#end; ptx/k.ptx:2: #end without a block to end",
        "#define A 1; ptx/k.ptx:2: unknown directive #define",
        "#let 1; ptx/k.ptx:2: expected #let NAME = EXPRESSION, found 1",
        "#use m(1); ptx/k.ptx:2: no #macro m",
        "#include \"x.ptx\"; ptx/k.ptx:2: no file ptx/x.ptx",
        "#include \"k.ptx\"; uses and includes deep",
        "#error T is ${T}; ptx/k.ptx:2: T is bf16",
      })
  void faultsNameFileAndLine(String line, String expected) {
    String message = failure("first\n" + line);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void faultsInMacrosNameTheUse() {
    String template = "#macro m(a)\nx ${b}\n#end\n\n#use m(%s)\n";
    assertEquals(
        "ptx/k.ptx:2 (from k.ptx:5): undefined name b (words need quotes)",
        failure(template.formatted("1")));
    assertEquals("ptx/k.ptx:5: m takes (a), found (1, 2)", failure(template.formatted("1, 2")));
    assertEquals(
        "ptx/k.ptx:2: #registers is declared already", failure("#registers 1\n#registers 1"));
    assertEquals("ptx/k.ptx:2: #for counts by 0", failure("\n#for I in 0..1 step 0\n#end"));
    String twice = failure("#macro m()\n#end\n#macro m(a)\n#end");
    assertEquals("ptx/k.ptx:3: #macro m is defined already, at k.ptx:1", twice);
    assertEquals("ptx/k.ptx:3: #else is not the last branch", failure("#if 1\n#else\n#else\n#end"));
  }
}
