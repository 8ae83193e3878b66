package dev.framepack.bench.reproduce.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.framepack.engine.image.Rgb8Image;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The report in a real browser: read as HTML it is the same page, and something is drawn. */
class ReproduceBrowserTest {
  private static final int WIDTH = 1280;
  private static final int HEIGHT = 2400;

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
  @Timeout(150)
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

    Path picture = folder.resolve("page.png");
    run(
        browser.get(),
        "--screenshot=" + picture,
        "--window-size=%d,%d".formatted(WIDTH, HEIGHT),
        url);
    Rgb8Image page = Rgb8Image.read(picture);
    assertThat(page.width()).isEqualTo(WIDTH);
    assertThat(colors(page)).as("colours on the page").isGreaterThan(20);
  }

  private static long colors(Rgb8Image page) {
    return java.util.stream.IntStream.range(0, page.width() * page.height())
        .map(i -> {
          int x = i % page.width();
          int y = i / page.width();
          return page.sample(x, y, 0) << 16 | page.sample(x, y, 1) << 8 | page.sample(x, y, 2);
        })
        .distinct()
        .count();
  }
}
