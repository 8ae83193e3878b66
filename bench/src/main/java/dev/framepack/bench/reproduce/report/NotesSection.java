package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.Measurement.Metric;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

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
          html.element("dt", metric.info().name());
          html.element("dd", "%s; needs %s".formatted(metric.info().about(), metric.needs()));
        });
  }

  private void notes(Html html) {
    note(
        html,
        "Mean ± spread",
        "Mean over cells (scenes and seeds) and sample standard deviation: mostly how scenes differ,"
            + " which is the same for all variants, not how sure a comparison is. Bold: the best of"
            + " a column by what is printed, among variants with as many cells. ↑ higher is"
            + " better, ↓ lower.");
    if (findings.rows().stream().anyMatch(row -> !row.isMade())) {
      note(
          html,
          "For comparison",
          "truth: the frames the scene's world truly has. still: the start image over and over."
              + " Nothing is generated for them, and they are measured and rated like the others"
              + " but never bold.");
    }
    note(
        html,
        "Δ, drift",
        "|mean over the first 15 % of frames − mean over the last 15 %|, the paper's equation 7;"
            + " smaller is better.");
    note(html, "ELO", elo());
    if (!findings.suite().paperSource().isEmpty()) {
      note(
          html,
          "Paper, quoted",
          "Not comparable with the columns beside it: other model, data and metrics. Source: "
              + findings.suite().paperSource());
    }
    for (Metric metric : findings.metrics()) {
      note(html, Labels.name(metric.info()), metric.info().about());
    }
  }

  private static String elo() {
    return String.format(
        Locale.ROOT,
        "Computed from metrics, not from people. On every scene and seed each pair of variants meets"
            + " once for each of these: where the future is known, %s; elsewhere %s, of which a"
            + " still picture wins all. Values no further apart than the figure in brackets are a"
            + " draw, and so are those within %.0f %% of the larger where lower is better; who has no value loses to who has. K ="
            + " %.0f, start %.0f; all games count at once, and again until no rating moves, with a"
            + " draw against a player of %.0f for every ten games. Bold: within %.0f points of the"
            + " best, which is a tie.",
        votes(Vote.WITH_TRUTH),
        votes(Vote.WITHOUT_TRUTH),
        Vote.RELATIVE_FLOOR * 100,
        EloRating.K,
        EloRating.START,
        EloRating.START,
        EloRating.TIE);
  }

  private static String votes(List<Vote> votes) {
    return votes.stream().map(Vote::toString).collect(Collectors.joining(", "));
  }

  private static void note(Html html, String name, String text) {
    html.element("dt", name);
    html.element("dd", text);
  }
}
