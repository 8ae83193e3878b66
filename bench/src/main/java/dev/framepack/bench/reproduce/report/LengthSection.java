package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.length.LengthCost;
import dev.framepack.bench.reproduce.report.LinePlot.Line;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How time and memory grow with the length of the video: the paper's claim is that a section's do
 * not.
 */
final class LengthSection {
  private final List<LengthCost> costs;

  /**
   * @param costs by length
   */
  LengthSection(List<LengthCost> costs) {
    this.costs = costs;
  }

  void write(Html html) {
    if (costs.isEmpty()) {
      return;
    }
    Section.write(
        html,
        "length",
        "Cost against length",
        () -> {
          html.in("div", () -> plots(html), Map.of("class", "plots"));
          html.in("div", () -> html.in("table", () -> table(html)), Map.of("class", "scroll"));
        });
  }

  private void plots(Html html) {
    plot(html, "section", "Median time of a section, s", LengthCost::medianSectionSeconds, 0);
    plot(html, "total", "Time of all sections, s", LengthCost::totalSeconds, 1);
    plot(html, "peak", "Peak memory beside the weights, MB", LengthCost::peakMegabytes, 2);
  }

  private void plot(
      Html html, String id, String heading, ToDoubleFunction<LengthCost> figure, int style) {
    Line line =
        new Line(
            LineStyle.of(style),
            costs.stream().map(LengthCost::seconds).toList(),
            costs.stream().map(figure::applyAsDouble).toList(),
            true);
    LinePlot.draw("length-" + id, heading + " against the length of the video", List.of(line), true)
        .ifPresent(plot -> Section.plot(html, heading, plot, "seconds of video"));
  }

  private void table(Html html) {
    html.in(
        "thead",
        () ->
            html.in(
                "tr",
                () ->
                    List.of(
                            "seconds of video",
                            "sections",
                            "s per section, median",
                            "s per section, last",
                            "s in all",
                            "peak MB")
                        .forEach(heading -> html.element("th", heading))));
    html.in("tbody", () -> costs.forEach(cost -> html.in("tr", () -> row(html, cost))));
  }

  private static void row(Html html, LengthCost cost) {
    html.element("td", Numbers.text(cost.seconds()));
    html.element("td", String.valueOf(cost.sections()));
    html.element("td", Numbers.text(cost.medianSectionSeconds()));
    html.element(
        "td",
        cost.sectionMillis().isEmpty() ? "–" : Numbers.text(cost.sectionMillis().getLast() / 1e3));
    html.element("td", Numbers.text(cost.totalSeconds()));
    html.element("td", Numbers.text(cost.peakMegabytes()));
  }
}
