package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.CellResult.Cost;
import dev.framepack.bench.reproduce.run.RunTuple;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/** What each variant cost: time of a section, time of a video, memory. */
final class CostSection {
  private final Findings findings;

  CostSection(Findings findings) {
    this.findings = findings;
  }

  void write(Html html) {
    Optional<RunTuple> machine = findings.machine();
    machine.ifPresent(used ->
        Section.write(
            html,
            "cost",
            "Cost",
            () -> {
              html.element(
                  "p",
                  "Wall time on the machine named above; where a run went on elsewhere, of the last"
                      + " one alone. Times are medians over the videos, and a section's is the"
                      + " whole generation over the number of sections: orders differ in when they"
                      + " decode. Peak: graphs and workspace, beside the weights.");
              html.in(
                  "div",
                  () -> html.in("table", () -> table(html, used)),
                  Map.of("class", "scroll"));
            }));
  }

  private void table(Html html, RunTuple machine) {
    List<String> headings =
        List.of("videos", "sections", "s per section", "s per video", "peak MB", "weights MB");
    html.in(
        "thead",
        () ->
            html.in(
                "tr",
                () -> {
                  html.styled("th", "name", "variant");
                  headings.forEach(heading -> html.element("th", heading));
                }));
    html.in(
        "tbody",
        () -> {
          for (Row row : findings.rows()) {
            List<Cost> costs = row.costs(machine);
            if (!costs.isEmpty()) {
              html.in("tr", () -> row(html, row.variant().label(), costs));
            }
          }
        });
  }

  private static void row(Html html, String label, List<Cost> costs) {
    html.styled("th", "name", label);
    html.element("td", String.valueOf(costs.size()));
    for (double figure :
        List.of(
            median(costs, Cost::sections),
            secondsPerSection(costs),
            median(costs, cost -> cost.elapsedMillis() / 1e3),
            median(costs, cost -> cost.peakBytes() / 1e6),
            median(costs, cost -> cost.weightBytes() / 1e6))) {
      html.element("td", Numbers.text(figure));
    }
  }

  /** Median over some videos, NaN without any. */
  static double secondsPerSection(List<Cost> costs) {
    return median(costs, Cost::secondsPerSection);
  }

  static double median(List<Cost> costs, ToDoubleFunction<Cost> figure) {
    return new Median().evaluate(costs.stream().mapToDouble(figure).toArray());
  }
}
