package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.length.LengthCost;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The report as one page that needs nothing beside itself. */
final class Page {
  private static final String DELTA = "delta_";

  private final Findings findings;
  private final List<LengthCost> lengthCosts;
  private final Path folder;

  /**
   * @param lengthCosts by length
   * @param folder which the names of pictures are relative to
   */
  Page(Findings findings, List<LengthCost> lengthCosts, Path folder) {
    this.findings = findings;
    this.lengthCosts = lengthCosts;
    this.folder = folder;
  }

  String html() {
    Html html = new Html();
    html.doctype();
    html.in(
        "html",
        () -> {
          html.in("head", () -> head(html));
          html.in("body", () -> html.in("main", () -> body(html)));
        },
        Map.of("xmlns", "http://www.w3.org/1999/xhtml", "lang", "en"));
    return html.toString();
  }

  private void head(Html html) {
    html.empty("meta", Map.of("charset", "utf-8"));
    html.empty(
        "meta", Map.of("name", "viewport", "content", "width=device-width, initial-scale=1"));
    html.element("title", findings.suite().title());
    html.element("style", style());
  }

  private static String style() {
    try (InputStream css = Objects.requireNonNull(Page.class.getResourceAsStream("report.css"))) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void body(Html html) {
    new HeadSection(findings).write(html);
    Section.write(html, "quality", "Quality", () -> tables(html, false));
    if (!findings.drifts().isEmpty()) {
      Section.write(html, "drift", "Drift", () -> tables(html, true));
    }
    new CurveSection(findings).write(html);
    new FrameSection(findings, folder).write(html);
    new RefusedSection(findings).write(html);
    new CostSection(findings).write(html);
    new LengthSection(lengthCosts).write(html);
    new NotesSection(findings).write(html);
  }

  /** Headline metrics as the paper's table, the others folded away. */
  private void tables(Html html, boolean drift) {
    List<Column> all = drift ? findings.drifts() : findings.means();
    List<Column> main =
        (drift ? Headlines.plotted(findings) : Headlines.of(findings))
            .stream().map(drift ? Column::drift : Column::mean).filter(all::contains).toList();
    new ResultTable(findings, main, !drift, name -> name.startsWith(DELTA) == drift).write(html);
    List<Column> others = all.stream().filter(column -> !main.contains(column)).toList();
    if (!others.isEmpty()) {
      html.in(
          "details",
          () -> {
            html.element("summary", "%s more metrics".formatted(others.size()));
            new ResultTable(findings, others, false, name -> false).write(html);
          });
    }
  }
}
