package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.CellRecord.Status;
import java.util.List;
import java.util.Locale;

/** Variants that were not made, and why. */
final class RefusedSection {
  private final Findings findings;

  RefusedSection(Findings findings) {
    this.findings = findings;
  }

  void write(Html html) {
    List<Row> rows =
        findings.rows().stream()
            .filter(row ->
                !row.withStatus(Status.REFUSED).isEmpty()
                    || !row.withStatus(Status.FAILED).isEmpty())
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    Section.write(
        html,
        "refused",
        "Refused and failed",
        () -> html.in("dl", () -> rows.forEach(row -> reasons(html, row))));
  }

  private static void reasons(Html html, Row row) {
    html.element("dt", row.variant().label());
    for (Status status : List.of(Status.REFUSED, Status.FAILED)) {
      row.reasons(status)
          .forEach((reason, cells) -> {
            String tag = "%s, %s of %s".formatted(lower(status), cells, row.cells());
            html.in("dd", () -> html.styled("span", "tag", tag).text(reason));
          });
    }
  }

  private static String lower(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
