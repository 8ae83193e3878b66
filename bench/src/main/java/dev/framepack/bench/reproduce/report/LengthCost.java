package dev.framepack.bench.reproduce.report;

import dev.framepack.engine.OutputException;
import java.io.IOException;
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
 * @param sectionMillis wall time of each section, in order of generation
 * @param peakBytes most memory beside the weights
 */
record LengthCost(double seconds, int sections, List<Double> sectionMillis, long peakBytes) {
  private static final String FILE = "cost.jsonl";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  LengthCost {
    sectionMillis = List.copyOf(sectionMillis);
  }

  /**
   * The records of a folder by length; none when the file is not there.
   *
   * @throws OutputException {@code COST_DAMAGED} naming the line that is no record
   */
  static List<LengthCost> read(Path folder) {
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

  double peakMegabytes() {
    return peakBytes / 1e6;
  }

  /** All sections together, seconds. */
  double totalSeconds() {
    return sectionMillis.stream().mapToDouble(Double::doubleValue).sum() / 1e3;
  }

  /** Median of the sections, seconds. */
  double medianSectionSeconds() {
    return new Median().evaluate(sectionMillis.stream().mapToDouble(Double::doubleValue).toArray())
        / 1e3;
  }
}
