package dev.framepack.bench.reproduce.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.framepack.engine.SamplerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Suites are read strictly, and everything wrong is told at once, with its place. */
class ReproduceSuiteReaderTest {
  private static final String GOOD =
      """
      name: small
      title: A small one
      defaults: {steps: 8, steps_full: 25, seconds: 1.2, sampler: euler}
      scenes:
        - built-in
        - name: dancer
          image: dancer.png
          prompt: The girl dances
      seeds: [1, -2]
      variants:
        - name: a
          sampling: inverted
        - name: b
          label: Variant B
          group: Others
          packing: td_f1k1_g9
          order: forward
          history: "noise:0.1"
          steps: 4
      """;

  @TempDir Path folder;

  private Suite read(String yaml) {
    return SuiteReader.read(yaml, "small.yaml", folder);
  }

  private List<String> faults(String yaml) {
    SuiteException refused = catchThrowableOfType(SuiteException.class, () -> read(yaml));
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused).hasMessageContaining("small.yaml").hasMessageNotContaining("\n");
    return refused.faults();
  }

  @Test
  void everyFieldArrives() {
    Suite suite = read(GOOD);
    assertThat(suite.name()).isEqualTo("small");
    assertThat(suite.seeds()).containsExactly(1L, -2L);
    assertThat(suite.scenes())
        .containsExactly(
            new Scene.Demo("built-in"),
            new Scene.Picture("dancer", folder.resolve("dancer.png"), "The girl dances"));
    Variant b = suite.variants().get(1);
    assertThat(b.label()).isEqualTo("Variant B");
    assertThat(b.text(Variant.Text.HISTORY)).contains("noise:0.1");
    assertThat(b.text(Variant.Text.SAMPLING)).isEmpty();
    assertThat(b.settings().values())
        .containsEntry(Setting.STEPS, 4)
        .containsEntry(Setting.STEPS_FULL, 25)
        .containsEntry(Setting.SECONDS, 1.2)
        .containsEntry(Setting.SAMPLER, SamplerKind.EULER);
  }

  @Test
  void everyFaultIsToldAtOnceWithItsPlace() {
    String yaml =
        GOOD.replace("steps: 4", "stepz: 4")
            .replace("steps: 8,", "steps: eight,")
            .replace("sampling: inverted", "sampling: 5")
            .replace("sampler: euler", "sampler: eulre")
            .replace("[1, -2]", "[1, 1.5, 1]");
    assertThat(faults(yaml))
        .satisfiesExactlyInAnyOrder(
            fault ->
                assertThat(fault)
                    .startsWith("line 19 column 5 variants[1].stepz: unknown key")
                    .contains("steps_full"),
            fault ->
                assertThat(fault)
                    .isEqualTo(
                        "line 3 column 19 defaults.steps: expected a whole number of 64 bits,"
                            + " found the text \"eight\"; write digits only"),
            fault ->
                assertThat(fault)
                    .isEqualTo(
                        "line 12 column 15 variants[0].sampling: expected a text, found the number"
                            + " 5; put it in quotes"),
            fault ->
                assertThat(fault)
                    .contains("variants[0].name: neither sampling, packing nor reference"),
            fault ->
                assertThat(fault)
                    .contains("defaults.sampler: expected one of unipc-bh1, unipc-bh2, euler"),
            fault -> assertThat(fault).contains("seeds[1]: expected a whole number"),
            fault -> assertThat(fault).contains("seeds[2]: seed 1 is there twice"));
  }

  @Test
  void repeatedKeysAndNamesAreFaults() {
    assertThat(faults(GOOD.replace("    steps: 4", "    steps: 4\n    steps: 5")))
        .containsExactly(
            "line 20 column 5 variants[1].steps: repeated, it stands in line 19 too; remove one");
    assertThat(faults(GOOD.replace("name: b", "name: a")))
        .singleElement()
        .asString()
        .contains("variants[1].name: variant a is there twice");
    assertThat(faults(GOOD.replace("name: dancer", "name: built-in")))
        .singleElement()
        .asString()
        .contains("scene built-in is there twice");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(faults("name: small\n"))
        .extracting(fault -> fault.replaceAll("^line \\d+ column \\d+ ", ""))
        .containsExactly(
            "title: missing; add it",
            "scenes: missing; add it",
            "seeds: missing; add it",
            "variants: missing; add it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "- a list",
        "just text",
        "name: [unclosed",
        "name: a\n---\nname: b\n",
        "name: &anchor a\ntitle: *anchor\n",
        "name: !!str a\n",
        "\tname: a",
        "name: \"\\u0007\"\n",
        "name: ../../etc\ntitle: t\nscenes: [built-in]\nseeds: [1]\nvariants: [{name: a, sampling: f1}]"
      })
  void whatIsNoSuiteIsRefusedInOneLine(String yaml) {
    assertThat(faults(yaml))
        .isNotEmpty()
        .allSatisfy(fault -> assertThat(fault).startsWith("line "));
  }

  @Test
  void figuresOfAPaperNeedASource() {
    String yaml = GOOD.replace("    steps: 4", "    paper: {elo: 1220-1232, delta_clarity: 2.30}");
    assertThat(faults(yaml)).singleElement().asString().contains("paper_source");
    assertThat(read(yaml + "paper_source: the notes\n").variants().get(1).paper())
        .containsEntry("elo", "1220-1232")
        .containsEntry("delta_clarity", "2.30");
  }

  @Test
  void aReferenceStandsAloneAndHasOneOfTwoNames() {
    String yaml = GOOD.replace("sampling: inverted", "reference: truth");
    assertThat(read(yaml).variants())
        .extracting(Variant::reference)
        .containsExactly(Optional.of(Reference.TRUTH), Optional.empty());
    assertThat(faults(yaml.replace("truth", "future")))
        .containsExactly(
            "line 12 column 16 variants[0].reference: expected truth or still, found future; choose"
                + " one");
    assertThat(faults(yaml.replace("truth", "still\n    order: forward\n    sampling: f1")))
        .singleElement()
        .asString()
        .contains("nothing is generated, found sampling, order beside it; remove one");
  }

  @Test
  void theBuiltInSuitesAreWhole() {
    for (String name : Suites.BUILT_IN) {
      Suite suite = Suites.find(name);
      assertThat(suite.name()).isEqualTo(name);
      assertThat(suite.variants()).hasSizeGreaterThanOrEqualTo(10);
      assertThat(suite.variants().stream().flatMap(variant -> variant.reference().stream()))
          .containsExactly(Reference.TRUTH, Reference.STILL);
      assertThat(suite.variants())
          .allSatisfy(variant ->
              assertThat(variant.settings().values())
                  .containsKeys(Setting.STEPS, Setting.STEPS_FULL, Setting.SECONDS));
    }
  }

  @Test
  void filesAreFoundAndMissingOnesNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("mine.yaml"), GOOD);
    assertThat(Suites.find(file.toString()).title()).isEqualTo("A small one");
    SuiteException missing =
        catchThrowableOfType(SuiteException.class, () -> Suites.find("table3"));
    assertThat(missing).hasMessageContaining("table3").hasMessageContaining("table1, table2");
    Files.write(file, new byte[] {(byte) 0xC3, 0x28});
    assertThat(
            catchThrowableOfType(SuiteException.class, () -> Suites.find(file.toString())).code())
        .isEqualTo("SUITE_UNREADABLE");
  }
}
