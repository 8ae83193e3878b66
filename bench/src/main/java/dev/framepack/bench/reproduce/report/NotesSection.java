package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.Measurement.Metric;
import java.util.Locale;

/** How the figures were made, and which ones there are none of. */
final class NotesSection {
  private final Findings findings;

  NotesSection(Findings findings) {
    this.findings = findings;
  }

  void write(Html html) {
    if (!findings.absent().isEmpty()) {
      Section.write(html, "absent", "Not measured", () -> html.in("dl", () -> absent(html)));
    }
    Section.write(html, "notes", "How to read this", () -> html.in("dl", () -> notes(html)));
  }

  private void absent(Html html) {
    findings
        .absent()
        .forEach(metric -> {
          html.element("dt", metric.id());
          html.element("dd", "%s; needs %s".formatted(metric.about(), metric.needs()));
        });
  }

  private void notes(Html html) {
    note(
        html,
        "Mean ± spread",
        "Mean over cells (scenes and seeds) and sample standard deviation. Bold: the best of a"
            + " column by what is printed. ↑ higher is better, ↓ lower. Grey: fewer than a third of"
            + " the frames have a value in some cell, such as a shape's place in a video that lost"
            + " it; not compared.");
    note(
        html,
        "Δ, drift",
        "|mean over the first 15 % of frames − mean over the last 15 %|, the paper's equation 7;"
            + " smaller is better.");
    note(
        html,
        "ELO",
        String.format(
            Locale.ROOT,
            "Computed from metrics, not from people. On every scene and seed each pair of variants"
                + " meets once for each metric with a better side and once for each drift; values"
                + " within %.0f %% of each other are a draw, and who has no value loses to who has."
                + " K = %.0f, start %.0f, mean over %d"
                + " shuffled orders.",
            MetricGames.DRAW * 100,
            EloRating.K,
            EloRating.START,
            EloRating.PASSES));
    if (!findings.suite().paperSource().isEmpty()) {
      note(
          html,
          "Paper, quoted",
          "Not comparable with the columns beside it: other model, data and metrics. Source: "
              + findings.suite().paperSource());
    }
    for (Metric metric : findings.metrics()) {
      note(html, metric.label(), metric.about());
    }
  }

  private static void note(Html html, String name, String text) {
    html.element("dt", name);
    html.element("dd", text);
  }
}
