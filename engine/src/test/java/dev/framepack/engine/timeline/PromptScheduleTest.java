package dev.framepack.engine.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both syntaxes of prompts per section, and what is wrong with them. */
final class PromptScheduleTest {
  private static final double SECONDS = 1.2; // a window of 9 latent frames

  private static String prompts(String text, int sections) {
    List<String> found = new ArrayList<>();
    for (PromptMix mix : PromptSchedule.parse(text).mixes(sections, SECONDS)) {
      assertThat(mix.before()).isNull();
      found.add(mix.prompt());
    }
    return String.join(" ", found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0:a;;;1-3:b;;;-1:c             | 5 | a b b b c",
        "0-3:a;;;-1:b                   | 5 | a a a a b",
        "-1:b;;; 0 : a                  | 2 | a b",
        "a;;;-1:b                       | 4 | a a a b",
        "1:b;;;a                        | 3 | a b a",
        "0:x:y;;;1:z                    | 2 | x:y z",
        "girl: dances;;;1:z             | 2 | girl: dances z",
        "[0s: a] [2s: b] [4s: c]        | 4 | a a b c",
        "[0s-2.4s: a][2.4s:b]           | 4 | a a b b",
        "[2.4s: b] [0s: a]              | 4 | a a b b",
        "a [1.2s-2.4s: b]               | 4 | a b a a",
        "[1.1s: b] a                    | 3 | a b b",
        "[0s-0.3s: a][1.2s: b]          | 3 | a b b",
        "[0s-2.3s: a with [x] b]        | 1 | -",
      })
  void everySectionHasItsPrompt(String text, int sections, String expected) {
    if (expected.equals("-")) {
      assertThat(PromptSchedule.parse(text).faults(sections, SECONDS)).isNotEmpty();
    } else {
      assertThat(prompts(text, sections)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a dancer", "0:a", "a; b;; c", "[cinematic] a [2nd] b", "[12: x]"})
  void otherTextIsOnePromptAsItIs(String text) {
    PromptSchedule schedule = PromptSchedule.parse(text);
    assertThat(schedule.isPlain()).isTrue();
    assertThat(schedule).isEqualTo(PromptSchedule.of(text));
    assertThat(schedule.mixes(3, SECONDS)).containsOnly(PromptMix.of(text));
  }

  @Test
  void aPlainPromptMayLookLikeASchedule() {
    PromptSchedule plain = PromptSchedule.of("0:a;;;9:b");
    assertThat(plain.faults(1, SECONDS)).isEmpty();
    assertThat(plain.mixes(2, SECONDS)).containsOnly(PromptMix.of("0:a;;;9:b"));
    assertThat(plain).isNotEqualTo(PromptSchedule.parse("0:a;;;9:b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0:a;;;--1:b        | prompt, character 7: expected a section such as 2, -1 or 1-3, found --1",
        "0:a;;;3-1:b        | prompt, character 7: expected a rising range such as 1-3, found 3-1",
        "0:a;;;-3-5:b       | prompt, character 7: expected a rising range",
        "0:a;;;99999:b      | prompt, character 7: expected a section such as",
        "a;;;b              | prompt, character 5: only one text may have no section",
        "0:a;;;             | prompt, character 7: expected text, found nothing",
        "[0s-2s text] [2s:b]| prompt, character 1: expected [2s: text] or [0s-2s: text]",
        "[0s: a [2s: b      | prompt, character 1: expected [2s: text] or [0s-2s: text]",
        "[2s-1s: a]         | prompt, character 1: expected an end after the beginning, found 1s",
        "0:a;;;[2s: b]      | prompt, character 7: sections (;;;) and time stamps ([2s: text]) cannot",
        "[2s: b] 0:a;;;1:c  | prompt, character 12: sections (;;;) and time stamps"
      })
  void faultsOfTheTextAreToldAtTheirCharacter(String text, String fault) {
    assertThatThrownBy(() -> PromptSchedule.parse(text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("PROMPT_SCHEDULE: ")
        .hasMessageContaining(fault);
  }

  /**
   * Texts of the length a prompt may have, on which a careless pattern would take quadratic time.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'[0s: ' | false",
        "[0s:a]  | false",
        "[1s     | false",
        ";;;     | false",
        "0:a;;;  | false",
        "[0s-    | false",
        "[       | true",
        "'[0   ' | true"
      })
  void longTextsAreReadOrRefused(String part, boolean plain) {
    String text = part.repeat(100_000 / part.length());
    if (plain) {
      assertThat(PromptSchedule.parse(text).isPlain()).isTrue();
    } else {
      assertThatThrownBy(() -> PromptSchedule.parse(text))
          .hasMessageStartingWith("PROMPT_SCHEDULE: prompt, character ");
    }
  }

  @Test
  void allFaultsOfATextAreToldAtOnce() {
    assertThatThrownBy(() -> PromptSchedule.parse("3-1:a;;;--2:b"))
        .hasMessageContainingAll("character 1: expected a rising", "character 9: expected a sec");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0:a;;;7:b          | prompt, character 7: section 7 is out of range, the video has sections 0 to 3",
        "0-3:a;;;-5:b       | prompt, character 9: section -5 is out of range",
        "0-3:a;;;-1:b       | prompt, character 9: section -1 overlaps sections 0-3 of character 1",
        "0:a;;;-1:b         | prompt, character 1: nothing is said of sections 1 to 2, name it or add",
        "1-3:a;;;-1:b;;;0:c | prompt, character 9: section -1 overlaps",
        "[0s: a] [9s: b]    | [9.0s] is out of range, the video has sections 0 to 3 (a section is 1.20 s long)",
        "[0s-9s: a]         | prompt, character 1: [0.0s-9.0s] is out of range",
        "[0s: a] [0.3s: b]  | prompt, character 9: [0.3s] overlaps [0.0s] of character 1 (a section is 1.20 s long)",
        "[2s: a]            | prompt, character 1: nothing is said of sections 0 to 1",
        "[0s-2s: a] [3.6s:b]| prompt, character 1: nothing is said of section 2,"
      })
  void faultsOfFourSectionsAreToldAtTheirCharacter(String text, String fault) {
    assertThat(PromptSchedule.parse(text).faults(4, SECONDS))
        .anySatisfy(found -> assertThat(found).contains(fault));
  }

  @Test
  void aChangeIsSpreadOverSectionsInOrderOfTime() {
    PromptSchedule schedule = PromptSchedule.parse("0-1:a;;;2-5:b").withBlend(3);
    assertThat(schedule.mixes(6, SECONDS))
        .containsExactly(
            PromptMix.of("a"),
            PromptMix.of("a"),
            new PromptMix("b", "a", 1.0 / 3),
            new PromptMix("b", "a", 2.0 / 3),
            PromptMix.of("b"),
            PromptMix.of("b"));
    assertThat(schedule.withBlend(1).mixes(6, SECONDS)).contains(PromptMix.of("b"));
    assertThat(schedule.withBlend(1).mixes(6, SECONDS))
        .isEqualTo(schedule.withBlend(0).mixes(6, SECONDS));
  }

  @Test
  void blendingIsBoundedAndNeedsAChange() {
    assertThat(PromptSchedule.parse("0:a;;;1:b").withBlend(-1).faults(2, SECONDS))
        .containsExactly("blend sections must be 0 to 1000, found -1");
    assertThat(PromptSchedule.of("a").withBlend(2).faults(2, SECONDS))
        .containsExactly(
            "blend sections spread changes of prompt, there is one prompt for all sections");
  }
}
