package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Variants by columns of figures, in the paper's form: groups, best of a column in bold. */
final class ResultTable {
  private static final String ELO = "elo";
  private static final String NO_GROUP = "Without a group";

  private final Findings findings;
  private final List<Column> columns;
  private final boolean hasElo;
  private final List<String> paper;

  /**
   * @param paperColumn which of the paper's columns stand at the right
   */
  ResultTable(
      Findings findings, List<Column> columns, boolean hasElo, Predicate<String> paperColumn) {
    this.findings = findings;
    this.columns = columns;
    this.hasElo = hasElo;
    Set<String> names = new LinkedHashSet<>();
    findings.rows().forEach(row -> names.addAll(row.variant().paper().keySet()));
    this.paper =
        names.stream()
            .filter(paperColumn)
            .sorted(Comparator.comparing(name -> name.equals(ELO)))
            .toList();
  }

  void write(Html html) {
    html.in(
        "div",
        () ->
            html.in(
                "table",
                () -> {
                  html.in("thead", () -> head(html));
                  html.in("tbody", () -> body(html));
                }),
        Map.of("class", "scroll"));
  }

  private int width() {
    return 2 + columns.size() + (hasElo ? 1 : 0) + paper.size();
  }

  private void head(Html html) {
    if (!paper.isEmpty()) {
      html.in(
          "tr",
          () -> {
            html.in("th", () -> {}, span(width() - paper.size(), "over"));
            html.in("th", () -> html.text("paper, quoted"), span(paper.size(), "over paper"));
          });
    }
    html.in(
        "tr",
        () -> {
          html.styled("th", "name", "variant");
          html.element("th", "cells");
          columns.forEach(column -> heading(html, column));
          if (hasElo) {
            html.in("th", () -> html.text("ELO\u00A0↑").element("small", "from metrics"));
          }
          paper.forEach(name -> html.styled("th", "paper", paperHeading(name)));
        });
  }

  private static void heading(Html html, Column column) {
    String arrow =
        switch (column.better()) {
          case HIGHER -> "\u00A0↑";
          case LOWER -> "\u00A0↓";
          case NEITHER -> "";
        };
    html.in(
        "th",
        () -> {
          html.text(column.heading() + arrow);
          if (!column.unit().isEmpty()) {
            html.element("small", column.unit());
          }
        });
  }

  private static String paperHeading(String name) {
    String words = name.replace("delta_", "Δ\u00A0").replace('_', ' ');
    return words.equals(ELO) ? "ELO" : words;
  }

  private static Map<String, String> span(int columns, String style) {
    return Map.of("colspan", String.valueOf(columns), "class", style);
  }

  private void body(Html html) {
    String group = "";
    for (Row row : findings.rows()) {
      String next = row.variant().group();
      if (!next.equals(group)) {
        html.in(
            "tr",
            () ->
                html.in(
                    "th",
                    () -> html.text(next.isEmpty() ? NO_GROUP : next),
                    span(width(), "group")),
            Map.of("class", "group"));
        group = next;
      }
      html.in("tr", () -> row(html, row));
    }
  }

  private void row(Html html, Row row) {
    html.in(
        "th",
        () -> {
          html.text(row.variant().label());
          if (!row.variant().note().isEmpty()) {
            html.element("small", row.variant().note());
          }
        },
        Map.of("class", "name"));
    int done = row.withStatus(Status.DONE).size();
    html.styled("td", "cells", "%s/%s".formatted(done, row.cells()));
    if (done == 0) {
      html.in(
          "td", () -> html.text(whyEmpty(row)), span(columns.size() + (hasElo ? 1 : 0), "nothing"));
    } else {
      columns.forEach(column -> cell(html, row, column, done));
      if (hasElo) {
        elo(html, row);
      }
    }
    paper.forEach(name -> html.styled("td", "paper", row.variant().paper().getOrDefault(name, "")));
  }

  private static String whyEmpty(Row row) {
    for (Status status : List.of(Status.REFUSED, Status.FAILED)) {
      if (!row.withStatus(status).isEmpty()) {
        return status.name().toLowerCase(Locale.ROOT) + ", see below";
      }
    }
    return "not run yet";
  }

  /**
   * @param done cells of the row that have a result
   */
  private void cell(Html html, Row row, Column column, int done) {
    Spread spread = row.spread(column);
    if (spread.isEmpty()) {
      html.element("td", "–");
      return;
    }
    int decimals = decimals(column);
    String mean = Numbers.text(spread.mean(), decimals);
    html.in(
        "td",
        () -> {
          html.element(isBest(row, mean, column, decimals) ? "b" : "span", mean);
          if (Double.isFinite(spread.deviation())) {
            html.element("i", "±" + Numbers.text(spread.deviation(), decimals));
          }
          if (spread.count() < done) {
            html.element("i", "of " + spread.count());
          }
        });
  }

  /** By what was made, whose differences count, where anything was. */
  private int decimals(Column column) {
    List<Double> made = means(made(), column);
    return Numbers.decimals(made.isEmpty() ? means(findings.rows(), column) : made);
  }

  private List<Row> made() {
    return findings.rows().stream().filter(Row::isMade).toList();
  }

  private static List<Double> means(List<Row> rows, Column column) {
    return rows.stream()
        .map(row -> row.spread(column))
        .filter(spread -> !spread.isEmpty())
        .map(Spread::mean)
        .toList();
  }

  /** By what is printed: a difference nobody sees makes no winner. */
  private boolean isBest(Row row, String mean, Column column, int decimals) {
    List<Row> compared = compared(column);
    if (column.better() == Better.NEITHER || compared.size() < 2 || !compared.contains(row)) {
      return false;
    }
    List<Double> means = means(compared, column);
    double best =
        column.better() == Better.HIGHER ? Collections.max(means) : Collections.min(means);
    return mean.equals(Numbers.text(best, decimals));
  }

  /**
   * What was made, with as many cells as the fullest row: one without a hard scene looks better.
   */
  private List<Row> compared(Column column) {
    List<Row> made = made();
    long most = made.stream().mapToLong(row -> row.spread(column).count()).max().orElse(0);
    return made.stream().filter(row -> most > 0 && row.spread(column).count() == most).toList();
  }

  private void elo(Html html, Row row) {
    if (row.elo().isEmpty()) {
      html.element("td", "–");
      return;
    }
    double rating = row.elo().getAsDouble();
    double best = made().stream().mapToDouble(each -> each.elo().orElse(0)).max().orElse(0);
    boolean isTied = row.isMade() && best - rating <= EloRating.TIE;
    html.in("td", () -> html.element(isTied ? "b" : "span", String.valueOf(Math.round(rating))));
  }
}
