package dev.framepack.bench.kit;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows as they come, each flushed to {@code kit.jsonl} at once so that a run that is cut off loses
 * nothing, and one table at the end of every stage.
 */
final class KitReport implements AutoCloseable {

  /** What a row says. */
  enum Verdict {
    PASS,
    FAIL,
    SKIP,
    INFO
  }

  private record Row(String stage, String name, Verdict verdict, Map<String, Object> figures) {
    static Row parse(String line) {
      Map<String, Object> figures = JSON.readValue(line, new TypeReference<>() {});
      Row row =
          new Row(
              String.valueOf(figures.remove("stage")),
              String.valueOf(figures.remove("name")),
              Verdict.valueOf(String.valueOf(figures.remove("verdict"))),
              figures);
      figures.remove("seconds");
      return row;
    }
  }

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final Writer lines;
  private final PrintWriter out;
  private final List<Row> rows = new ArrayList<>();
  private final long beginNanos = System.nanoTime();

  /**
   * @param resumed true to add to the rows of an earlier process
   */
  KitReport(Path folder, PrintWriter out, boolean resumed) throws IOException {
    Files.createDirectories(folder);
    this.folder = folder;
    this.out = out;
    Path file = folder.resolve("kit.jsonl");
    if (!resumed) {
      Files.deleteIfExists(file);
    } else if (Files.exists(file)) {
      Files.readAllLines(file).forEach(line -> rows.add(Row.parse(line)));
    }
    this.lines =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** One result. */
  synchronized void row(String stage, String name, Verdict verdict, Map<String, ?> figures) {
    Row row = new Row(stage, name, verdict, new LinkedHashMap<>(figures));
    rows.add(row);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("stage", stage);
    line.put("name", name);
    line.put("verdict", verdict);
    line.put("seconds", (System.nanoTime() - beginNanos) / 1_000_000 / 1e3);
    line.putAll(row.figures());
    try {
      lines.write(JSON.writeValueAsString(line) + "\n");
      lines.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (verdict == Verdict.FAIL || verdict == Verdict.SKIP) {
      out.println(text(row));
    }
  }

  /** Writes the table so far and prints a stage's sums. */
  synchronized void endStage(String stage) {
    Map<Verdict, Integer> counts = new TreeMap<>();
    rows.stream()
        .filter(row -> row.stage().equals(stage))
        .forEach(row -> counts.merge(row.verdict(), 1, Integer::sum));
    out.printf("== %s: %s, %.1f s so far%n", stage, counts, (System.nanoTime() - beginNanos) / 1e9);
    out.flush();
    StringBuilder table = new StringBuilder();
    rows.forEach(row -> table.append(text(row)).append('\n'));
    try {
      Path partial = Files.writeString(folder.resolve("kit.txt.partial"), table);
      Files.move(partial, folder.resolve("kit.txt"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized boolean hasFailures() {
    return rows.stream().anyMatch(row -> row.verdict() == Verdict.FAIL);
  }

  private static String text(Row row) {
    StringBuilder text =
        new StringBuilder("%-4s %-12s %-44s".formatted(row.verdict(), row.stage(), row.name()));
    row.figures()
        .forEach((name, value) -> text.append("  ").append(name).append(' ').append(value));
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
