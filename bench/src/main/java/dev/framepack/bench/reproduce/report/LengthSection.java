package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.length.LengthCost;
import dev.framepack.bench.reproduce.length.LengthSummary;
import dev.framepack.bench.reproduce.length.LengthSummary.Length;
import dev.framepack.bench.reproduce.report.LinePlot.Line;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How time and memory grow with the length of the video: the paper's claim is that a section's do
 * not.
 */
final class LengthSection {
  private final LengthSummary summary;

  /**
   * @param costs of all rounds; the section is left out when there are none
   */
  LengthSection(List<LengthCost> costs) {
    this.summary = LengthSummary.of(costs);
  }

  void write(Html html) {
    if (summary.lengths().isEmpty()) {
      return;
    }
    Section.write(
        html,
        "length",
        "Cost against length",
        () -> {
          html.element("p", verdict());
          html.element("p", "A tiny random checkpoint, two steps a section. " + summary.machine());
          html.in("div", () -> plots(html), Map.of("class", "plots"));
          html.in("div", () -> html.in("table", () -> table(html)), Map.of("class", "scroll"));
        });
  }

  private String verdict() {
    Length longest = summary.lengths().getLast();
    Length shortest = summary.lengths().getFirst();
    String time =
        summary.ratios().isEmpty()
            ? "No round is whole yet."
            : String.format(
                Locale.ROOT,
                "The median section of %s s of video takes %.3f times as long as that of %s s (rounds"
                    + " %.3f to %.3f); the last quarter of its sections %.3f times as long as the"
                    + " first.",
                Numbers.text(longest.seconds()),
                summary.ratio(),
                Numbers.text(shortest.seconds()),
                Collections.min(summary.ratios()),
                Collections.max(summary.ratios()),
                longest.ownGrowth());
    return time
        + (summary.isPeakEqual()
            ? " Peak memory is the same for all, to the byte."
            : " Peak memory differs.");
  }

  private void plots(Html html) {
    plot(html, "section", "Median time of a section, ms", Length::medianSectionMillis, 0);
    plot(html, "total", "Time of all sections, s", Length::totalSeconds, 1);
    plot(html, "peak", "Peak memory of tensors, MB", length -> length.peakBytes() / 1e6, 2);
  }

  private void plot(
      Html html, String id, String heading, ToDoubleFunction<Length> figure, int style) {
    Line line =
        new Line(
            LineStyle.of(style),
            summary.lengths().stream().map(Length::seconds).toList(),
            summary.lengths().stream().map(figure::applyAsDouble).toList(),
            true);
    LinePlot.draw("length-" + id, heading + " against the length of the video", List.of(line), true)
        .ifPresent(plot -> Section.plot(html, heading, plot, "seconds of video"));
  }

  private void table(Html html) {
    List<String> headings =
        List.of(
            "seconds of video",
            "sections",
            "videos",
            "ms per section, median",
            "last quarter / first",
            "s in all",
            "peak of tensors, MB",
            "Java heap, MB");
    html.in(
        "thead",
        () -> html.in("tr", () -> headings.forEach(heading -> html.element("th", heading))));
    html.in(
        "tbody", () -> summary.lengths().forEach(length -> html.in("tr", () -> row(html, length))));
  }

  private static void row(Html html, Length length) {
    html.element("td", Numbers.text(length.seconds()));
    html.element("td", String.valueOf(length.sections()));
    html.element("td", String.valueOf(length.videos()));
    html.element("td", Numbers.text(length.medianSectionMillis()));
    html.element("td", String.format(Locale.ROOT, "%.3f", length.ownGrowth()));
    html.element("td", Numbers.text(length.totalSeconds()));
    html.element("td", String.format(Locale.ROOT, "%.3f", length.peakBytes() / 1e6));
    html.element("td", Numbers.text(length.heapBytes() / 1e6));
  }
}
