package dev.framepack.engine.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.packing.PackingNotation.Side;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The paper's notation: every form of it that was published, and what is none. */
final class PackingNotationTest {

  /** Those of the paper's tables, text and figures, and of Lyra-2. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "td_f16k4f2k2f1k1_g9",
        "td_f16k4f2k2f1k1_g9+D",
        "td_f16k4f4k2f1k1_g9",
        "td_f16k4f4k2f1k1_g9+D",
        "td_f16k4f4k2f1k1_g9_x_f1k1",
        "td_f16k4f2k2f1k1_g9_x_f1k1",
        "td_f16k4f2k2f1k1_g9_x_f1k1+D",
        "f1k1_x_g9_f1k1f4k2f16k4_td",
        "f1k1_x_g9_f1k1f2k2f16k4_td",
        "f1k1_x_g9_f1k1f2k2f16k4_td+D",
        "td_f8k8f4k4f2k2f1k1_g9",
        "td_f8k8f4k4f2k2f1k1_g9+D",
        "td_f8k8f4k4f2k2f1k1_g9_x_f1k1",
        "f1k1_x_g9_f1k1f2k2f4k4f8k8_td",
        "ta_f16k4f2k2f1k1_g9",
        "tc_f16k4f2k2f1k1_g9",
        "ta_f8k8f4k4f2k2f1k1_g9",
        "tc_f8k8f4k4f2k2f1k1_g9",
        "f1k1_f16k4f2k2f1k1_g9",
        "f16k4f2k2f1k1_g3",
        "td_f16k4f2k2f1k1",
        "td_f8k8f4k4f2k2f1k1",
        "f16k4f2k2f1k1",
        "f16k4",
        "f2k16f1k1_g9",
        "f1k1f4s2f1k1f16k4f2k2f1k1_g20",
        "td_f4k4h4w4f1k1_g9"
      })
  void roundTrips(String notation) {
    PackingNotation packing = PackingNotation.parse(notation);
    assertThat(packing).hasToString(notation);
    assertThat(PackingNotation.parse(packing.toString())).isEqualTo(packing);
  }

  @ParameterizedTest
  @CsvSource({
    "td_f1k1h2w2_g9, td_f1k1_g9",
    "td_f1k2h4w4_g9+d, td_f1k2_g9+D",
    "f1k1f4s2f1s1f16k4f2k2f1k1_g20, f1k1f4s2f1k1f16k4f2k2f1k1_g20",
    "f16k04_g09, f16k4_g9"
  })
  void otherSpellingsHaveOneNormalForm(String notation, String normal) {
    PackingNotation packing = PackingNotation.parse(notation);
    assertThat(packing).hasToString(normal).isEqualTo(PackingNotation.parse(normal));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 1, 'f, g, x, td, ta or tc', the end",
    "td_f16q4_g9, 7, k or s, q",
    "td_f16k4_g9_, 13, 'f, g, x, td, ta or tc', the end",
    "td_fk4_g9, 5, a number, k",
    "f1k1_g9_g9, 9, one group g only, g",
    "x_f1k1_g9, 1, frames that x can skip to, x",
    "f1k1_x_x_g9, 8, frames that x can skip to, x",
    "f1k1_g9_x, 10, frames that x can skip to, the end",
    "g9, 3, at least one group of frames, the end",
    "td_g9_f1k1, 1, one tail on a side, t",
    "td_ta_f1k1_g9, 4, td; beside an anchor older frames can only be deleted, t",
    "td_x_f1k1_g9, 4, frames; x stands beside g or before an anchor, x",
    "f1k1h3w2_g9, 6, an even number, 3",
    "f1k1h2_g9, 7, w, _",
    "f1k1_g9+E, 9, D, E",
    "f1k1_g9+D_td, 10, '_, +D or the end', _",
    "f0k1_g9, 2, a number from 1 to 999, 0",
    "f1k1000_g9, 4, a number from 1 to 128, 1",
    "tz_f1k1_g9, 2, 'd, a or c', z"
  })
  void faultsNameTheirCharacter(String notation, int character, String expected, String found) {
    assertThatThrownBy(() -> PackingNotation.parse(notation))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("PACKING_NOTATION: packing ")
        .hasMessageContaining("character " + character + ": expected")
        .hasMessageContaining(expected)
        .hasMessageContaining("found " + (found.length() == 1 ? "'" + found + "'" : found));
  }

  @ParameterizedTest
  @CsvSource({
    "td_f16k4_x_f1k1_g9, 10",
    "f1k1_x_f2k2_x_f4k1_g9, 13",
    "f1k1_g9_f1k1_x_f2k2_td, 14",
    "f1k1_ta_f4k4_g9, 6",
    "f1k1_g9_f1k1_tc_f1k1, 14"
  })
  void whatCannotBeMeantIsRefused(String notation, int character) {
    assertThatThrownBy(() -> PackingNotation.parse(notation))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("character " + character + ": expected");
  }

  @Test
  void anEndlessNotationIsRefused() {
    assertThatThrownBy(() -> PackingNotation.parse("f999k1_f999k1_f999k1_g9"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("at most 2000 frames in all");
    assertThatThrownBy(() -> PackingNotation.parse("f1k1_".repeat(10_000) + "g9"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("at most 1000 characters");
    assertThatThrownBy(() -> PackingNotation.parse("f99999999999k1_g9"))
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void aGroupAtTheOuterEndIsAnAnchorUnlessATailEnclosesIt() {
    Side f1 = PackingNotation.parse("f1k1_f16k4f2k2f1k1_g9").left();
    assertThat(f1.anchor()).hasSize(1);
    assertThat(f1.runFrames()).isEqualTo(19);
    assertThat(f1.skipsToAnchor()).isFalse();
    Side enclosed = PackingNotation.parse("td_f16k4_f2k2f1k1_g9").left();
    assertThat(enclosed.anchor()).isEmpty();
    assertThat(enclosed.run()).hasToString("[f16k4, f2k2, f1k1]");
    Side between = PackingNotation.parse("f1k1_x_td_f8k1_g9").left();
    assertThat(between.anchor()).hasToString("[f1k1]");
    assertThat(between.run()).hasToString("[f8k1]");
    assertThat(between.skipsToAnchor()).isTrue();
    Side inverted = PackingNotation.parse("f1k1_x_g9_f1k1f2k2f16k4_ta").right();
    assertThat(inverted.run()).hasToString("[f1k1, f2k2, f16k4]");
    assertThat(inverted.tail()).isEqualTo(TailMode.APPEND);
    assertThat(inverted.skipsToRun()).isFalse();
    assertThat(PackingNotation.parse("f1k1_x_g9_f1k1").left().skipsToRun()).isTrue();
    assertThat(PackingNotation.parse("f1k1f2k2f16k4_td").right().runFrames()).isEqualTo(19);
    assertThat(PackingNotation.parse("td_f16k4f2k2f1k1").left().runFrames()).isEqualTo(19);
  }

  @Test
  void anAnchorIsAddedOnce() {
    SectionOrder forward = SectionOrder.FORWARD;
    PackingNotation packing = PackingNotation.parse("td_f9k1_g9").withAnchor(forward);
    assertThat(packing).hasToString("f1k1_td_f9k1_g9");
    assertThat(packing.withAnchor(forward)).isEqualTo(packing);
    PackingNotation inverted = PackingNotation.parse("f1k1_x_g9_f1k1");
    assertThat(inverted.withAnchor(SectionOrder.INVERTED)).isEqualTo(inverted);
    assertThat(inverted.withAnchor(SectionOrder.PLANNED)).hasToString("f1k1_f1k1_x_g9_f1k1");
    assertThat(PackingNotation.parse("f4k4_td_f9k1_g9").withAnchor(forward))
        .as("an anchor that is compressed is none")
        .hasToString("f1k1_f4k4_td_f9k1_g9");
  }

  @Test
  void kernelsKnowTheirTokens() {
    assertThat(PatchKernel.cube(4)).isEqualTo(new PatchKernel(4, 8, 8));
    assertThat(PatchKernel.spatial(2)).isEqualTo(new PatchKernel(1, 4, 4));
    assertThat(PatchKernel.FULL.tokens(9, 80, 76)).isEqualTo(9 * 40 * 38);
    assertThat(PatchKernel.cube(16).tokens(2, 80, 76)).isEqualTo(3 * 3);
    assertThat(new PatchKernel(4, 4, 4)).hasToString("k4h4w4");
  }

  @Test
  void theBoundIsThatOfThePaper() {
    // Frame i of lambda = 2 costs 2^-i: with three kernels of the paper's kind it is not reached.
    PackingBound released = PackingBound.of(PackingNotation.parse("td_f16k4f2k2f1k1_g9"));
    assertThat(released.historyFrames()).isCloseTo(1 + 2 / 8.0 + 16 / 64.0, within(1e-12));
    // 1/64 <= lambda^-18 is what binds.
    assertThat(released.lambda()).isCloseTo(Math.pow(64, 1 / 18.0), within(1e-12));
    assertThat(released.frames())
        .isCloseTo(9 + released.lambda() / (released.lambda() - 1), within(1e-9));
    assertThat(9 + released.historyFrames()).isLessThan(released.frames());

    PackingBound eighths = PackingBound.of(PackingNotation.parse("td_f1k4f1k2f1k1_g1"));
    assertThat(eighths.lambda()).isCloseTo(8, within(1e-12));
    assertThat(eighths.frames()).isCloseTo(1 + 8 / 7.0, within(1e-12));
    assertThat(PackingBound.of(PackingNotation.parse("td_f9k1_g9")).lambda()).isEqualTo(1);
    assertThat(PackingBound.of(PackingNotation.parse("td_f9k1_g9")).frames()).isInfinite();
    assertThat(PackingBound.of(PackingNotation.parse("td_f1k1_g9")).frames()).isEqualTo(10);
    assertThat(PackingBound.of(PackingNotation.parse("f1k1_x_g9_f1k1f2k2f16k4_td")).historyFrames())
        .isEqualTo(1.5);
  }
}
