package dev.framepack.engine.packing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class SectionOrderTest {

  @ParameterizedTest
  @CsvSource({
    "diffusers_inverted,INVERTED,2,9",
    "diffusers_long,INVERTED,6,3",
    "diffusers_vanilla,FORWARD,2,9",
    "framepack_f1,FORWARD,2,9",
    "framepack_inverted,INVERTED,2,9",
    "framepack_inverted_long,INVERTED,6,4"
  })
  void indicesFollowTheReference(String folder, SectionOrder order, int sections, int window) {
    Map<String, float[]> golden = GoldenData.floats("pipeline/" + folder);
    List<SectionPlan> plans = order.plan(sections, window);
    assertThat(plans).hasSize(sections);
    for (SectionPlan plan : plans) {
      String key = "section" + plan.number() + ".indices.";
      assertThat(floats(plan.latentIndices())).containsExactly(golden.get(key + "latents"));
      assertThat(floats(plan.cleanIndices())).containsExactly(golden.get(key + "clean"));
      assertThat(floats(plan.history2xIndices())).containsExactly(golden.get(key + "2x"));
      assertThat(floats(plan.history4xIndices())).containsExactly(golden.get(key + "4x"));
    }
  }

  @Test
  void sectionCountsFollowTheReference() throws IOException {
    JsonNode cases =
        new ObjectMapper().readTree(Files.readString(GoldenData.path("sections.json")));
    assertThat(cases.size()).isGreaterThan(50);
    for (JsonNode row : cases) {
      int window = row.get("window").asInt();
      int sections =
          row.get("profile").asString().equals("framepack")
              ? SectionCount.fromSeconds(row.get("seconds").asDouble(), window)
              : SectionCount.fromFrames(row.get("num_frames").asInt(), window);
      assertThat(sections).as(row.toString()).isEqualTo(row.get("sections").asInt());
    }
  }

  private static float[] floats(int[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }
}
