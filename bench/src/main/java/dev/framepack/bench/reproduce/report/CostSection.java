package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.CellResult;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/** What each variant cost: time of a section, time of a video, memory. */
final class CostSection {
  private final Findings findings;

  CostSection(Findings findings) {
    this.findings = findings;
  }

  void write(Html html) {
    List<Row> rows = findings.rows().stream().filter(row -> !row.results().isEmpty()).toList();
    if (rows.isEmpty()) {
      return;
    }
    Section.write(
        html,
        "cost",
        "Cost",
        () -> {
          html.element(
              "p",
              "Wall time on the machine named above. A section is denoised and decoded. Times are"
                  + " medians, over all sections and over all videos, which the warming up of the"
                  + " first does not move. Peak: graphs and workspace, beside the weights.");
          html.in(
              "div", () -> html.in("table", () -> table(html, rows)), Map.of("class", "scroll"));
        });
  }

  private static void table(Html html, List<Row> rows) {
    html.in(
        "thead",
        () ->
            html.in(
                "tr",
                () -> {
                  html.element("th", "name", "variant");
                  for (String heading :
                      List.of(
                          "sections", "s per section", "s per video", "peak MB", "weights MB")) {
                    html.element("th", heading);
                  }
                }));
    html.in("tbody", () -> rows.forEach(row -> html.in("tr", () -> row(html, row))));
  }

  private static void row(Html html, Row row) {
    html.element("th", "name", row.variant().label());
    html.element("td", mean(row.spread(result -> result.sectionMillis().size())));
    html.element("td", Numbers.text(medianSectionSeconds(row.results())));
    html.element("td", Numbers.text(medianVideoSeconds(row.results())));
    html.element("td", mean(row.spread(result -> result.peakBytes() / 1e6)));
    html.element("td", mean(row.spread(result -> result.weightBytes() / 1e6)));
  }

  private static String mean(Spread spread) {
    return spread.isEmpty() ? "–" : Numbers.text(spread.mean());
  }

  private static double medianVideoSeconds(List<CellResult> results) {
    double[] millis = results.stream().mapToDouble(CellResult::elapsedMillis).toArray();
    return new Median().evaluate(millis) / 1e3;
  }

  /** Median over the sections of some videos. */
  static double medianSectionSeconds(List<CellResult> results) {
    double[] millis =
        results.stream()
            .flatMap(result -> result.sectionMillis().stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
    return new Median().evaluate(millis) / 1e3;
  }
}
