package dev.framepack.engine.verify;

import dev.framepack.engine.packing.SectionCount;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** {@code sections.json}: profile, length and window to a number of sections. */
final class SectionCountCase implements GoldenCase {
  private static final String FILE = "sections.json";

  @Override
  public boolean recognises(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  @Override
  public void run(Path folder, Subject subject, Report report) {
    JsonNode rows = JsonFiles.read(folder.resolve(FILE));
    int[] found = new int[rows.size()];
    int[] expected = new int[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      JsonNode row = rows.get(i);
      int window = row.get("window").asInt();
      found[i] =
          row.get("profile").asString().equals("framepack")
              ? SectionCount.fromSeconds(row.get("seconds").asDouble(), window)
              : SectionCount.fromFrames(row.get("num_frames").asInt(), window);
      expected[i] = row.get("sections").asInt();
    }
    report.check(FILE, GoldenTensors.floats(found), GoldenTensors.floats(expected), EXACT);
  }
}
