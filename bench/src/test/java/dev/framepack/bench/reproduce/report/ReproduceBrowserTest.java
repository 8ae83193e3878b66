package dev.framepack.bench.reproduce.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The report in a real browser: read as HTML it is the same page, and its plots are seen. */
class ReproduceBrowserTest {
  private static final String MEASURING =
      """
      <script>
      document.body.append(['svg.plot', 'svg.plot polyline', 'figure img'].map(selector =>
        selector + ':' + [...document.querySelectorAll(selector)].map(element => {
          const box = element.getBoundingClientRect();
          return box.width.toFixed(1) + 'x' + box.height.toFixed(1);
        }).join(' ') + ';').join('\\n'));
      </script>
      """;

  @TempDir Path folder;

  private static Optional<Path> browser() {
    return Stream.of(
            Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
        .flatMap(directory ->
            Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(name -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private String run(Path browser, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                browser.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + Files.createTempDirectory(folder, "profile")));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err.txt").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the browser gave no answer within a minute");
    }
    assertThat(process.exitValue()).as("exit code of the browser").isZero();
    return Files.readString(out);
  }

  @Test
  @Timeout(90)
  void theReportOpensInABrowser() throws Exception {
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "no chromium on the PATH: the report was not opened in one");
    String url = Reports.write(folder).toUri().toString();

    String dom = run(browser.get(), "--dump-dom", url);
    assertThat(dom)
        .contains("<h1>Small &amp; &lt;quick&gt;</h1>")
        .contains("id=\"refused\"")
        .contains("<polyline")
        .doesNotContain("parsererror")
        .doesNotContain("<script>alert");
    assertThat(dom.indexOf("id=\"notes\"")).as("nothing swallowed by an open element").isPositive();
  }

  /** What is laid out with no size is not seen, whatever the document has. */
  @Test
  @Timeout(90)
  void plotsAndPicturesHaveASizeOnThePage() throws Exception {
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "no chromium on the PATH: the report was not opened in one");
    String page = Files.readString(Reports.write(folder));
    Path measured = folder.resolve("measured.html");
    Files.writeString(measured, page.replace("</body>", MEASURING + "</body>"));
    String dom =
        run(browser.get(), "--window-size=1280,2400", "--dump-dom", measured.toUri().toString());
    assertThat(boxes(dom, "svg.plot"))
        .hasSize(6)
        .allSatisfy(box -> assertThat(box).satisfies(wide(300), high(100)));
    assertThat(boxes(dom, "svg.plot polyline"))
        .filteredOn(box -> box[0] > 20 && box[1] > 5)
        .as("lines that go somewhere")
        .hasSizeGreaterThan(6);
    assertThat(boxes(dom, "figure img"))
        .isNotEmpty()
        .allSatisfy(box -> assertThat(box).satisfies(wide(100), high(20)));
  }

  private static Consumer<double[]> wide(double pixels) {
    return box -> assertThat(box[0]).as("width").isGreaterThan(pixels);
  }

  private static Consumer<double[]> high(double pixels) {
    return box -> assertThat(box[1]).as("height").isGreaterThan(pixels);
  }

  /** Width and height of every element that a selector of the script found, pixels. */
  private static List<double[]> boxes(String dom, String selector) {
    Matcher found = Pattern.compile(Pattern.quote(selector) + ":([0-9. x]*);").matcher(dom);
    assertThat(found.find()).as("boxes of " + selector).isTrue();
    return Pattern.compile(" ")
        .splitAsStream(found.group(1))
        .filter(box -> !box.isEmpty())
        .map(box -> Arrays.stream(box.split("x", 2)).mapToDouble(Double::parseDouble).toArray())
        .toList();
  }
}
