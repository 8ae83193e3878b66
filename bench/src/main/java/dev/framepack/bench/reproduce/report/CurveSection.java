package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.report.LinePlot.Line;
import dev.framepack.bench.reproduce.run.Measurement.Curve;
import dev.framepack.bench.reproduce.run.Measurement.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every headline metric over the time of the video, one line a variant. */
final class CurveSection {
  private final Findings findings;

  CurveSection(Findings findings) {
    this.findings = findings;
  }

  void write(Html html) {
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < findings.rows().size(); i++) {
      if (!findings.rows().get(i).results().isEmpty()) {
        drawn.add(i);
      }
    }
    if (drawn.isEmpty()) {
      return;
    }
    Section.write(
        html,
        "curves",
        "Over time",
        () -> {
          html.element("p", "Mean over scenes and seeds.");
          html.in("ul", () -> legend(html, drawn), Map.of("class", "legend"));
          html.in("div", () -> plots(html, drawn), Map.of("class", "plots"));
        });
  }

  /** The index among all variants decides the style, so that it stays when more are run. */
  private void legend(Html html, List<Integer> drawn) {
    for (int index : drawn) {
      html.in(
          "li",
          () -> {
            LineStyle.of(index).writeSample(html);
            html.text(findings.rows().get(index).variant().label());
          });
    }
  }

  private void plots(Html html, List<Integer> drawn) {
    for (Metric metric : Headlines.plotted(findings)) {
      List<Line> lines = drawn.stream().map(index -> line(index, metric.id())).toList();
      String heading =
          metric.unit().isEmpty() ? metric.label() : metric.label() + ", " + metric.unit();
      LinePlot.draw("curve-" + metric.id(), heading + " over time", lines, false)
          .ifPresent(plot -> Section.plot(html, heading, plot, "seconds of video"));
    }
  }

  private Line line(int index, String metric) {
    Curve mean = mean(findings.rows().get(index).metrics(metric).map(Metric::curve).toList());
    return new Line(LineStyle.of(index), mean.seconds(), mean.values(), false);
  }

  /** Curves of equally long videos have equal times; any other time counts by itself. */
  static Curve mean(List<Curve> curves) {
    Map<Double, List<Double>> byTime = new TreeMap<>();
    for (Curve curve : curves) {
      for (int i = 0; i < curve.seconds().size(); i++) {
        byTime
            .computeIfAbsent(curve.seconds().get(i), time -> new ArrayList<>())
            .add(curve.values().get(i));
      }
    }
    return new Curve(
        List.copyOf(byTime.keySet()),
        byTime.values().stream().map(values -> Spread.of(values).mean()).toList());
  }
}
