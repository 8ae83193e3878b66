package dev.framepack.bench.reproduce.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.bench.reproduce.Fixtures;
import dev.framepack.bench.reproduce.length.LengthCostFile;
import dev.framepack.bench.reproduce.run.SuiteRun.CellOutcome;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.engine.OutputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page is whole, well-formed, needs nothing beside itself, and shows what it should. */
class ReproduceReportTest {
  @TempDir Path folder;

  private String text;
  private Document page;

  @BeforeEach
  void write() throws Exception {
    Path file = Reports.write(folder);
    text = Files.readString(file);
    page = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile());
  }

  private List<Element> elements(String name) {
    NodeList nodes = page.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  private Element section(String id) {
    return elements("section").stream()
        .filter(section -> section.getAttribute("id").equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no section " + id));
  }

  @Test
  void nothingOutsideIsReferred() {
    assertThat(elements("script")).isEmpty();
    assertThat(elements("link")).isEmpty();
    assertThat(text.replaceAll("xmlns=\"http://www\\.w3\\.org/[a-z0-9/]+\"", ""))
        .doesNotContain("http:", "https:", "file:", "@import");
    for (Element image : elements("img")) {
      assertThat(image.getAttribute("src")).startsWith("data:image/png;base64,");
    }
    assertThat(Pattern.compile("url\\((?!#)").matcher(text).find()).isFalse();
  }

  @Test
  void everyReferenceInsideHasItsTarget() {
    List<String> ids =
        IntStream.range(0, page.getElementsByTagName("*").getLength())
            .mapToObj(i -> ((Element) page.getElementsByTagName("*").item(i)).getAttribute("id"))
            .filter(id -> !id.isEmpty())
            .toList();
    assertThat(ids).doesNotHaveDuplicates();
    List<String> used =
        Pattern.compile("url\\(#([^)]+)\\)").matcher(text).results().map(m -> m.group(1)).toList();
    assertThat(used).isNotEmpty().allSatisfy(id -> assertThat(ids).contains(id));
  }

  @Test
  void textFromOutsideIsEscaped() {
    assertThat(text).doesNotContain("<script>alert").contains("&lt;script&gt;alert(1)");
    assertThat(elements("h1").getFirst().getTextContent()).isEqualTo("Small & <quick>");
  }

  @Test
  void refusedVariantsAreShownWithTheirReason() {
    assertThat(section("refused").getTextContent())
        .contains("three")
        .contains("refused, 2 of 4")
        .contains(Reports.REASON);
    assertThat(section("quality").getTextContent()).contains("refused, see below");
  }

  @Test
  void theTableHasMeansSpreadsAndThePapersFigures() {
    String quality = section("quality").getTextContent();
    // Errors of "one" are 4 and 5 on two scenes each: mean 4.5, deviation 0.577.
    assertThat(quality).contains("4.50±0.58").contains("71.15").contains("1220");
    assertThat(section("drift").getTextContent()).contains("2.25").contains("2.25±0.29");
    List<String> bold = elements("b").stream().map(Element::getTextContent).toList();
    assertThat(bold).contains("4.50", "45.5");
    assertThat(section("notes").getTextContent())
        .contains("Computed from metrics, not from people")
        .contains("notes of somebody");
  }

  @Test
  void plotsHaveALineForEachVariantThatRan() {
    List<Element> plots =
        elements("svg").stream().filter(svg -> svg.getAttribute("class").equals("plot")).toList();
    assertThat(plots).hasSize(2 + 3); // two headline metrics here, three of the lengths
    long lines =
        IntStream.range(0, plots.getFirst().getElementsByTagName("polyline").getLength()).count();
    assertThat(lines).as("pieces between the gaps of two curves").isGreaterThanOrEqualTo(2);
    assertThat(text.length()).as("characters of the page").isLessThan(300_000);
  }

  @Test
  void whatIsAbsentAndWhatItCostIsTold() {
    assertThat(section("absent").getTextContent()).contains("aesthetic").contains("weights");
    assertThat(section("cost").getTextContent()).contains("0.453").contains("12");
    assertThat(section("length").getTextContent())
        .contains("38.4", "32", "1.000 times as long", "Peak memory differs");
    assertThat(section("frames").getTextContent()).contains("built-in, seed 1");
    assertThat(elements("header").getFirst().getTextContent())
        .contains("A <CPU>, 2 cores, 2 threads")
        .contains("commit abc")
        .contains("8 of 12 cells")
        .contains("steps 2")
        .contains("2026-01-02");
  }

  @Test
  void aRunWithoutResultsHasAReportToo() throws Exception {
    Suite suite = Fixtures.suite(folder);
    List<CellOutcome> open = new ArrayList<>();
    for (CellOutcome outcome : Reports.outcomes(suite, folder)) {
      open.add(new CellOutcome(outcome.cell(), Optional.empty()));
    }
    Files.delete(folder.resolve("cost.jsonl"));
    new Report(suite, false, open).write(folder);
    write(folder.resolve("report.html"));
    assertThat(section("quality").getTextContent()).contains("not run yet");
    assertThat(elements("section"))
        .extracting(section -> section.getAttribute("id"))
        .doesNotContain("curves", "frames", "cost", "length", "refused", "absent");
  }

  private void write(Path file) throws Exception {
    text = Files.readString(file);
    page = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile());
  }

  @Test
  void damagedCostsAreNamed() throws Exception {
    Files.writeString(folder.resolve("cost.jsonl"), "{\"seconds\":1,\"sectoins\":1}\n");
    assertThatThrownBy(() -> LengthCostFile.read(folder))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("COST_DAMAGED")
        .hasMessageContaining("line 1");
  }

  @Test
  void commaSeparatedValuesAreQuotedWhereTheyMustBe() throws Exception {
    List<String> results = Files.readAllLines(folder.resolve("results.csv"));
    assertThat(results).hasSize(1 + 10);
    assertThat(results.getFirst())
        .startsWith(
            "variant,scene,seed,status,reason,position_error,clarity,motion,delta_position_error");
    assertThat(results.get(1)).startsWith("one,built-in,1,done,,4.0,46.0,7.0,2.0,7.0,2,");
    assertThat(results.get(3))
        .startsWith(
            "three,built-in,1,refused,\"PACKING: <script>alert(1)</script> & \"\"more\"\"; write another\",,");
    assertThat(Files.readString(folder.resolve("results.csv"))).contains("\r\n");
    List<String> summary = Files.readAllLines(folder.resolve("summary.csv"));
    assertThat(summary).hasSize(1 + 3);
    assertThat(summary.getFirst())
        .startsWith("variant,group,cells,done,refused,failed,position_error,position_error_sd")
        .endsWith("paper_clarity,paper_delta_clarity,paper_elo");
    assertThat(summary.get(1))
        .startsWith("one,Those that run,4,4,0,0,4.5,0.57")
        .endsWith("71.15,2.25,1220");
    assertThat(summary.get(3)).startsWith("three,Those that do not,4,0,2,0,,,");
  }
}
