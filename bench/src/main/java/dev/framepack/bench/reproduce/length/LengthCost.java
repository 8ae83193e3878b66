package dev.framepack.bench.reproduce.length;

import dev.framepack.bench.reproduce.run.AtomicFile;
import dev.framepack.engine.OutputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a video of one length cost: a line of {@code cost.jsonl}.
 *
 * @param seconds of video
 * @param sections it was made in
 * @param sectionMillis wall time of each section, in order of generation, one video after the other
 *     where it was made several times
 * @param peakBytes most memory that tensors took at one time, weights included
 */
public record LengthCost(double seconds, int sections, List<Double> sectionMillis, long peakBytes) {
  private static final String FILE = "cost.jsonl";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public LengthCost {
    sectionMillis = List.copyOf(sectionMillis);
  }

  /**
   * The records of a folder by length; none when the file is not there.
   *
   * @throws OutputException {@code COST_DAMAGED} naming the line that is no record
   */
  public static List<LengthCost> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<LengthCost> costs = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          costs.add(parse(file, i + 1, lines.get(i)));
        }
      }
    } catch (IOException e) {
      throw damaged(file + " cannot be read: " + e, e);
    }
    costs.sort(Comparator.comparingDouble(LengthCost::seconds));
    return costs;
  }

  /**
   * Writes the records of a folder, whole or not at all.
   *
   * @throws OutputException {@code OUTPUT_IO} when they cannot be written
   */
  public static void write(Path folder, List<LengthCost> costs) {
    StringBuilder lines = new StringBuilder();
    costs.forEach(cost -> lines.append(JSON.writeValueAsString(cost)).append('\n'));
    AtomicFile.write(folder.resolve(FILE), lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static LengthCost parse(Path file, int number, String line) {
    try {
      return JSON.readValue(line, LengthCost.class);
    } catch (JacksonException e) {
      throw damaged(
          "%s line %d: expected seconds, sections, sectionMillis and peakBytes, found %s"
              .formatted(file, number, e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  private static OutputException damaged(String what, Exception cause) {
    return new OutputException("COST_DAMAGED", what, "remove the line or the file", cause);
  }

  public double peakMegabytes() {
    return peakBytes / 1e6;
  }

  /** All sections of one video, seconds; the mean where it was made several times. */
  public double totalSeconds() {
    double sum = sectionMillis.stream().mapToDouble(Double::doubleValue).sum();
    return sum / 1e3 * sections / Math.max(1, sectionMillis.size());
  }

  /** Median of the sections, seconds. */
  public double medianSectionSeconds() {
    return new Median().evaluate(sectionMillis.stream().mapToDouble(Double::doubleValue).toArray())
        / 1e3;
  }
}
