package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.report.LinePlot.Line;
import dev.framepack.bench.reproduce.run.Measurement.Curve;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every headline metric over the time of the video, one line a variant. Where there are many, each
 * group has plots of its own with the others behind it in grey.
 */
final class CurveSection {
  private static final int MOST_TOGETHER = 8;

  private final List<Metric> metrics;
  private final Map<String, List<Row>> groups = new LinkedHashMap<>();
  private final List<Row> drawn;

  CurveSection(Findings findings) {
    this.metrics = Headlines.plotted(findings);
    this.drawn = findings.rows().stream().filter(row -> !row.results().isEmpty()).toList();
    for (Row row : drawn) {
      String group = drawn.size() > MOST_TOGETHER ? row.variant().group() : "";
      groups.computeIfAbsent(group, name -> new ArrayList<>()).add(row);
    }
  }

  void write(Html html) {
    if (!drawn.isEmpty() && !metrics.isEmpty()) {
      Section.write(html, "curves", "Over time", () -> panels(html));
    }
  }

  private void panels(Html html) {
    html.element(
        "p",
        "Mean over scenes and seeds, then a running mean over "
            + (groups.size() > 1
                ? Curves.SMOOTHING + ". In grey: the other groups."
                : Curves.SMOOTHING + "."));
    int panel = 0;
    for (Map.Entry<String, List<Row>> group : groups.entrySet()) {
      String id = "curve-" + panel++;
      if (!group.getKey().isEmpty()) {
        html.element("h3", group.getKey());
      }
      html.in("ul", () -> legend(html, group.getValue()), Map.of("class", "legend"));
      html.in("div", () -> plots(html, id, group.getValue()), Map.of("class", "plots"));
    }
  }

  private static void legend(Html html, List<Row> group) {
    for (int i = 0; i < group.size(); i++) {
      LineStyle style = LineStyle.of(i);
      String label = group.get(i).variant().label();
      html.in(
          "li",
          () -> {
            style.writeSample(html);
            html.text(label);
          });
    }
  }

  private void plots(Html html, String id, List<Row> group) {
    for (Metric metric : metrics) {
      List<Line> lines = new ArrayList<>();
      drawn.stream()
          .filter(row -> !group.contains(row))
          .forEach(row -> lines.add(line(row, metric, LineStyle.BEHIND)));
      for (int i = 0; i < group.size(); i++) {
        lines.add(line(group.get(i), metric, LineStyle.of(i)));
      }
      String heading = Labels.withUnit(metric.info());
      LinePlot.draw(id + "-" + metric.info().name(), heading + " over time", lines, false)
          .ifPresent(plot -> Section.plot(html, heading, plot, "seconds of video"));
    }
  }

  private static Line line(Row row, Metric metric, LineStyle style) {
    Curve curve =
        Curves.smoothed(Curves.mean(row.metrics(metric.info().name()).map(Metric::curve).toList()));
    return new Line(style, curve.seconds(), curve.values(), false);
  }
}
