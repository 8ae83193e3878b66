package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.run.CellRecord.Status;
import dev.framepack.bench.reproduce.run.CellResult;
import dev.framepack.bench.reproduce.run.RunTuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Title, how far the run is, and what it was measured on. */
final class HeadSection {
  private static final int HASH_DIGITS = 12;

  /** Fields of a request worth a place when they are the same in every cell, with their names. */
  private static final Map<String, String> COMMON = common();

  private final Findings findings;

  HeadSection(Findings findings) {
    this.findings = findings;
  }

  private static Map<String, String> common() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("steps", "steps");
    names.put("seconds", "seconds");
    names.put("latentWindow", "latent window");
    names.put("width", "width");
    names.put("height", "height");
    names.put("sampler", "sampler");
    names.put("guidanceScale", "guidance");
    names.put("trueCfgScale", "CFG");
    return names;
  }

  void write(Html html) {
    html.in(
        "header",
        () -> {
          html.element("h1", findings.suite().title());
          if (!findings.suite().about().isEmpty()) {
            html.styled("p", "about", findings.suite().about());
          }
          html.in("ul", () -> state(html), Map.of("class", "chips"));
          findings.tuples().forEach(tuple -> tuple(html, tuple));
        });
  }

  private void state(Html html) {
    int all = findings.outcomes().size();
    chip(html, "%s of %s cells".formatted(count(Status.DONE), all));
    if (count(Status.REFUSED) > 0) {
      chip(html, count(Status.REFUSED) + " refused");
    }
    if (count(Status.FAILED) > 0) {
      chip(html, count(Status.FAILED) + " failed");
    }
    chip(html, counted(findings.suite().scenes().size(), "scene"));
    chip(html, counted(findings.suite().seeds().size(), "seed"));
    chip(html, findings.full() ? "full run" : "quick run");
    COMMON.forEach((field, name) -> commonField(html, field, name));
  }

  private static void chip(Html html, String text) {
    html.element("li", text);
  }

  private static String counted(int count, String noun) {
    return "%s %s%s".formatted(count, noun, count == 1 ? "" : "s");
  }

  private long count(Status status) {
    return findings.records().stream().filter(record -> record.status() == status).count();
  }

  private void commonField(Html html, String field, String name) {
    List<String> values =
        findings.generated().stream()
            .map(record -> String.valueOf(record.request().get(field)))
            .distinct()
            .toList();
    if (values.size() == 1 && !values.getFirst().equals("null")) {
      chip(html, name + " " + values.getFirst().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
  }

  private void tuple(Html html, RunTuple tuple) {
    TreeSet<String> precisions = new TreeSet<>();
    TreeSet<String> dates = new TreeSet<>();
    for (CellRecord record : findings.records()) {
      CellResult result = record.result();
      if (result != null && record.tuple().equals(tuple)) {
        dates.add(record.finishedAt().substring(0, "2026-01-01".length()));
        if (result.cost() != null) {
          precisions.add(result.cost().precision());
        }
      }
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "CPU", "%s, %s cores, %s threads".formatted(tuple.cpu(), tuple.cores(), tuple.threads()));
    facts.put("System", tuple.system());
    facts.put("JDK", tuple.jdk());
    facts.put("Backend", tuple.backend());
    facts.put("Types", precisions.isEmpty() ? "none" : String.join("; ", precisions));
    facts.put("Version", "%s, commit %s".formatted(tuple.version(), tuple.commit()));
    facts.put("Program", shortened(tuple.program()));
    facts.put("Model", "SHA-256 " + shortened(tuple.modelHash()));
    facts.put(
        "Date",
        dates.first().equals(dates.last()) ? dates.first() : dates.first() + " to " + dates.last());
    html.in(
        "dl",
        () ->
            facts.forEach((name, value) ->
                html.in(
                    "div",
                    () -> {
                      html.element("dt", name);
                      html.element("dd", value);
                    })),
        Map.of("class", "tuple"));
  }

  private static String shortened(String hash) {
    return hash.substring(0, Math.min(HASH_DIGITS, hash.length()));
  }
}
