package dev.framepack.bench.reproduce.length;

import dev.framepack.bench.reproduce.run.AtomicFile;
import dev.framepack.engine.OutputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code cost.jsonl} of a run's folder. */
public final class LengthCostFile {
  private static final String FILE = "cost.jsonl";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private LengthCostFile() {}

  /**
   * The records of a folder; none when the file is not there.
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
          "%s line %s: expected the cost of a length, found %s"
              .formatted(file, number, e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  private static OutputException damaged(String what, Exception cause) {
    return new OutputException("COST_DAMAGED", what, "remove the line or the file", cause);
  }
}
