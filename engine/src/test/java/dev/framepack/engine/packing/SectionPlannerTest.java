package dev.framepack.engine.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.packing.SectionPlanner.Memory;
import dev.framepack.engine.packing.SectionSchedule.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Which frames sections see, and where the rotary embedding puts them. */
final class SectionPlannerTest {
  private static final int BLANK = SectionPlan.BLANK;

  private static SectionSchedule plan(
      String packing, SectionOrder order, GapRule gaps, int sections) {
    return new SectionPlanner(PackingNotation.parse(packing), order, gaps, Memory.ALL, false)
        .plan(sections);
  }

  private static SectionSchedule preset(String name, int sections, int window) {
    Sampling sampling = Sampling.named(name);
    return new SectionPlanner(
            sampling.packing().withGenerated(window),
            sampling.order(),
            sampling.gaps(),
            Memory.ALL,
            false)
        .plan(sections);
  }

  @ParameterizedTest
  @CsvSource({
    "diffusers_inverted,inverted,2,9",
    "diffusers_long,inverted,6,3",
    "diffusers_vanilla,f1,2,9",
    "framepack_f1,f1,2,9",
    "framepack_inverted,inverted,2,9",
    "framepack_inverted_long,inverted,6,4"
  })
  void theReleasedLayoutsAreThoseOfTheReference(
      String folder, String name, int sections, int window) {
    Map<String, float[]> golden = GoldenData.floats("pipeline/" + folder);
    List<SectionPlan> plans = preset(name, sections, window).plans();
    assertThat(plans).hasSize(sections);
    for (SectionPlan plan : plans) {
      String key = "section" + plan.number() + ".indices.";
      assertThat(floats(plan.latentIndices())).containsExactly(golden.get(key + "latents"));
      assertThat(floats(plan.indices(PatchKernel.FULL))).containsExactly(golden.get(key + "clean"));
      assertThat(floats(plan.indices(PatchKernel.cube(2)))).containsExactly(golden.get(key + "2x"));
      assertThat(floats(plan.indices(PatchKernel.cube(4)))).containsExactly(golden.get(key + "4x"));
    }
  }

  @Test
  void invertedSectionsSeeTheStartImageAndWhatFollowsThem() {
    SectionSchedule schedule = preset("inverted", 3, 9);
    assertThat(schedule.direction()).isEqualTo(Direction.LAST_TO_FIRST);
    SectionPlan last = schedule.plans().getFirst();
    assertThat(last.firstFrame()).isEqualTo(19);
    assertThat(part(last, 2).frames()).containsExactly(0, BLANK);
    SectionPlan middle = schedule.plans().get(1);
    assertThat(part(middle, 2).frames()).containsExactly(0, 19);
    assertThat(part(middle, 1).frames()).containsExactly(20, 21);
    assertThat(part(middle, 0).frames()).startsWith(22, 23, 24, 25, 26, 27, BLANK, BLANK);
    assertThat(middle.decodes()).containsExactly(new DecodeWindow(1, 3, 10, 18));
    assertThat(schedule.plans().get(2).decodes()).containsExactly(new DecodeWindow(2, 3, 0, 19));
  }

  @Test
  void forwardSectionsSeeTheStartImageAndWhatPrecedesThem() {
    SectionSchedule schedule = preset("f1", 3, 9);
    assertThat(schedule.direction()).isEqualTo(Direction.FIRST_TO_LAST);
    SectionPlan first = schedule.plans().getFirst();
    assertThat(part(first, 2).frames()).containsExactly(0, 0);
    assertThat(part(first, 1).frames()).containsExactly(BLANK, BLANK);
    SectionPlan second = schedule.plans().get(1);
    assertThat(part(second, 2).frames()).containsExactly(0, 9);
    assertThat(part(second, 1).frames()).containsExactly(7, 8);
    assertThat(part(second, 0).frames()).endsWith(BLANK, 0, 1, 2, 3, 4, 5, 6);
    assertThat(schedule.plans().get(2).decodes()).containsExactly(new DecodeWindow(2, 3, 10, 18));
  }

  @Test
  void everySectionHasAsManyTokensAsAnyOther() {
    for (Sampling sampling : Sampling.presets()) {
      List<Long> tokens =
          preset(sampling.id(), 7, 9).plans().stream().map(plan -> plan.tokens(8, 8)).toList();
      assertThat(tokens).as(sampling.id()).containsOnly(tokens.getFirst());
    }
  }

  @Test
  void theEndpointIsMadeFirstAndSeenAcrossTheGap() {
    SectionSchedule schedule = preset("endpoint", 4, 9);
    SectionPlan endpoint = schedule.plans().getFirst();
    assertThat(endpoint.firstFrame()).isEqualTo(28);
    // Its history is the start image, 27 frames away: 19 listed, then the gap, then the section.
    assertThat(endpoint.latentIndices()).startsWith(19 + 27);
    assertThat(part(endpoint, 2).frames()).containsExactly(0, BLANK);
    SectionPlan first = schedule.plans().get(1);
    assertThat(first.firstFrame()).isEqualTo(1);
    assertThat(part(first, 2).frames()).containsExactly(0, 28);
    assertThat(part(first, 2).indices()).containsExactly(18, 18 + 1 + 9 + 18);
    SectionPlan third = schedule.plans().get(3);
    assertThat(part(third, 2).indices()).containsExactly(18, 18 + 1 + 9);
    // The endpoint is decoded last, with the section before it.
    assertThat(schedule.plans().stream().map(p -> p.decodes().size())).containsExactly(0, 1, 1, 2);
    assertThat(third.decodes().getLast()).isEqualTo(new DecodeWindow(3, 4, 19, 18));
  }

  @Test
  void plannedSectionsJumpAheadThenFillTheGaps() {
    assertThat(SectionOrder.PLANNED.visits(9)).containsExactly(3, 7, 8, 2, 1, 0, 6, 5, 4);
    assertThat(SectionOrder.PLANNED.visits(2)).containsExactly(1, 0);
    SectionSchedule schedule = preset("planned", 8, 9);
    SectionPlan second = schedule.plans().get(1); // section 7, after section 3
    assertThat(second.firstFrame()).isEqualTo(64);
    assertThat(part(second, 2).frames()).containsExactly(36, BLANK);
    SectionPlan fill = schedule.plans().get(2); // section 2
    assertThat(part(fill, 2).frames()).containsExactly(0, 28);
    // After section 3 there is a hole, and no kernel averages over one.
    assertThat(part(fill, 0).frames()).startsWith(31, 32, 33, 34, 35, 36, BLANK, BLANK);
    assertThat(second.latentIndices()).startsWith(1 + 27);
  }

  @Test
  void gapsAreCappedAsInTheReferenceUnlessTheTrueDistanceIsAskedFor() {
    String inverted = "f1k1_x_g9_f1k1f2k2f16k4_td";
    assertThat(firstLatents(plan(inverted, SectionOrder.INVERTED, GapRule.RELEASED, 7)))
        .containsExactly(28, 19, 19, 19, 19, 10, 1);
    assertThat(firstLatents(plan(inverted, SectionOrder.INVERTED, GapRule.TRUE_DISTANCE, 7)))
        .containsExactly(55, 46, 37, 28, 19, 10, 1);
    GapRule given = GapRule.parse("1,0,0");
    assertThat(firstLatents(plan(inverted, SectionOrder.INVERTED, given, 3)))
        .containsExactly(10, 1, 1);
    assertThatThrownBy(() -> plan(inverted, SectionOrder.INVERTED, given, 4))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("one number for each of 4 sections");
  }

  private static List<Integer> firstLatents(SectionSchedule schedule) {
    return schedule.plans().stream().map(plan -> plan.latentIndices()[0]).toList();
  }

  @Test
  void theEndImageIsSeenByTheSectionMadeFirstAlone() {
    Sampling sampling = Sampling.INVERTED;
    SectionSchedule schedule =
        new SectionPlanner(sampling.packing(), sampling.order(), sampling.gaps(), Memory.ALL, true)
            .plan(2);
    assertThat(part(schedule.plans().getFirst(), 2).frames())
        .containsExactly(0, schedule.endFrame());
    assertThat(schedule.plans().get(1).contextFrames()).doesNotContain(schedule.endFrame());
  }

  /** Where the start image is an anchor or stands beyond an x, a section shows its own. */
  @Test
  void picturesStandInTheStartImagesPlace() {
    SectionSchedule inverted =
        new SectionPlanner(
                Sampling.INVERTED.packing(),
                SectionOrder.INVERTED,
                GapRule.RELEASED,
                Memory.ALL,
                false)
            .withPictures(-1, 1, 0)
            .plan(3);
    assertThat(part(inverted.plans().get(0), 2).frames()[0]).isEqualTo(SectionPlan.picture(0));
    assertThat(part(inverted.plans().get(1), 2).frames())
        .containsExactly(SectionPlan.picture(1), 19);
    assertThat(part(inverted.plans().get(2), 2).frames()).containsExactly(0, 10);
    SectionSchedule f1 =
        new SectionPlanner(
                Sampling.F1.packing(), SectionOrder.FORWARD, GapRule.RELEASED, Memory.ALL, false)
            .withPictures(-1, 0)
            .plan(2);
    assertThat(part(f1.plans().get(0), 2).frames()).containsExactly(0, 0);
    SectionPlan second = f1.plans().get(1);
    assertThat(part(second, 2).frames()).containsExactly(SectionPlan.picture(0), 9);
    LatentHistory history = new LatentHistory(f1);
    history.advance(f1.plans().get(0));
    assertThat(history.runs(part(second, 2)).getFirst())
        .isEqualTo(new LatentHistory.Run(LatentHistory.Source.PICTURE, 0, 1));
  }

  @Test
  void aMemoryOfOneFrameStartsAgainWithEverySection() {
    SectionSchedule schedule =
        new SectionPlanner(
                Sampling.F1.packing(),
                SectionOrder.FORWARD,
                GapRule.RELEASED,
                Memory.LAST_FRAME,
                false)
            .plan(3);
    for (SectionPlan plan : schedule.plans()) {
      assertThat(part(plan, 2).frames()).containsExactly(0, 0);
      assertThat(part(plan, 1).frames()).containsOnly(BLANK);
      assertThat(part(plan, 0).frames()).containsOnly(BLANK);
    }
  }

  @Test
  void tailsHoldWhatTheRunNoLongerLists() {
    SectionSchedule appended = plan("ta_f2k4f1k1_g3", SectionOrder.FORWARD, GapRule.RELEASED, 4);
    ContextPart tail = appended.plans().get(3).context().getFirst();
    assertThat(tail.form()).isEqualTo(ContextPart.Form.APPENDED_TAIL);
    assertThat(tail.kernel()).isEqualTo(PatchKernel.cube(4));
    assertThat(tail.frames()).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(tail.indices()).containsExactly(-7, -6, -5, -4, -3, -2, -1);
    assertThat(tail.tokens(40, 40)).isEqualTo(7);
    assertThat(appended.plans().getFirst().context())
        .noneMatch(part -> part.form() == ContextPart.Form.APPENDED_TAIL);

    SectionSchedule compressed = plan("tc_f2k4f1k1_g3", SectionOrder.FORWARD, GapRule.RELEASED, 4);
    for (SectionPlan plan : compressed.plans()) {
      ContextPart one = plan.context().getFirst();
      assertThat(one.form()).isEqualTo(ContextPart.Form.COMPRESSED_TAIL);
      assertThat(one.tokens(40, 40)).isEqualTo(1);
    }
    assertThat(compressed.plans().getFirst().context().getFirst().frames()).containsExactly(BLANK);

    SectionSchedule future =
        plan("f1k1_x_g3_f1k1f2k4_ta", SectionOrder.INVERTED, GapRule.RELEASED, 4);
    ContextPart later = future.plans().get(3).context().get(1);
    assertThat(later.frames()).containsExactly(7, 8, 9, 10, 11, 12);
    assertThat(later.indices()).startsWith(future.plans().get(3).latentIndices()[2] + 4);
  }

  @Test
  void coarseKernelsArePackedFirstAndAKernelOneFrameLongJoinsItsFrames() {
    SectionPlan plan =
        plan("f1k1f4s2f1s1f16k4f2k2f1k1_g20", SectionOrder.FORWARD, GapRule.RELEASED, 2)
            .plans()
            .get(1);
    assertThat(plan.context().stream().map(part -> part.kernel().toString()))
        .containsExactly("k4", "k2", "s2", "k1");
    assertThat(plan.context().getLast().frames()).hasSize(3);
    // Twenty-five frames of history, of which twenty-one exist.
    assertThat(plan.context().get(2).frames()).containsExactly(BLANK, BLANK, BLANK, 0);
    assertThat(plan.latentIndices()).startsWith(25);
  }

  @Test
  void aRollingWindowMovesFrameByFrame() {
    PackingNotation packing = PackingNotation.parse("td_f2k2f1k1_g3");
    SectionSchedule schedule =
        new SectionPlanner(packing, SectionOrder.FORWARD, GapRule.RELEASED, Memory.ALL, false)
            .rolling(2);
    assertThat(schedule.plans()).hasSize(6);
    SectionPlan fifth = schedule.plans().get(4);
    assertThat(fifth.firstFrame()).isEqualTo(5);
    assertThat(fifth.finishedFrames()).isEqualTo(1);
    assertThat(fifth.section()).isEqualTo(1);
    assertThat(fifth.context().getLast().frames()).containsExactly(4);
    assertThat(fifth.decodes()).isEmpty();
    assertThat(schedule.plans().get(5).decodes()).containsExactly(new DecodeWindow(1, 2, 1, 6));
    assertThatThrownBy(() ->
            new SectionPlanner(packing, SectionOrder.INVERTED, GapRule.RELEASED, Memory.ALL, false)
                .rolling(2))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("moves forward");
  }

  @Test
  void whatIsKeptIsWhatIsStillRead() {
    LatentHistory history = new LatentHistory(preset("inverted", 20, 9));
    assertThat(history.maxKeptFrames()).isLessThan(30);
    LatentHistory far = new LatentHistory(preset("planned", 20, 9));
    LatentHistory longer = new LatentHistory(preset("inverted", 200, 9));
    assertThat(longer.maxKeptFrames()).isEqualTo(history.maxKeptFrames());
    LatentHistory endpoint = new LatentHistory(preset("endpoint", 200, 9));
    assertThat(endpoint.maxKeptFrames()).isLessThan(40);
    // Far sections wait for the gaps before them.
    assertThat(far.maxKeptFrames()).isBetween(60, 80);
  }

  @Test
  void historyLocatesEveryFrameThatPlansRead() {
    for (Sampling sampling : Sampling.presets()) {
      SectionSchedule schedule = preset(sampling.id(), 9, 3);
      LatentHistory history = new LatentHistory(schedule);
      int[] kept = {};
      for (SectionPlan plan : schedule.plans()) {
        for (ContextPart part : plan.context()) {
          assertThat(frames(history.runs(part), kept, plan)).containsExactly(part.frames());
        }
        for (DecodeWindow window : plan.decodes()) {
          int[] expected = new int[window.frames()];
          Arrays.setAll(expected, i -> window.firstFrame() + i);
          assertThat(frames(history.runs(window, plan), kept, plan)).containsExactly(expected);
        }
        kept = frames(history.advance(plan), kept, plan);
      }
      assertThat(kept).isEmpty();
    }
  }

  /** Which frames of the video some runs are. */
  private static int[] frames(List<LatentHistory.Run> runs, int[] kept, SectionPlan plan) {
    return runs.stream()
        .flatMapToInt(run ->
            switch (run.source()) {
              case START -> Arrays.stream(new int[] {0});
              case END -> Arrays.stream(new int[] {-2});
              case CLIP -> IntStream.range(run.start(), run.start() + run.count());
              case PICTURE ->
                  IntStream.range(run.start(), run.start() + run.count()).map(SectionPlan::picture);
              case BLANK -> {
                int[] blanks = new int[run.count()];
                Arrays.fill(blanks, BLANK);
                yield Arrays.stream(blanks);
              }
              case KEPT -> Arrays.stream(kept, run.start(), run.start() + run.count());
              case FINISHED ->
                  IntStream.range(
                      plan.firstFrame() + run.start(),
                      plan.firstFrame() + run.start() + run.count());
            })
        .toArray();
  }

  private static ContextPart part(SectionPlan plan, int index) {
    return plan.context().get(index);
  }

  @Test
  void ordersAreReadByNameOrNumber() {
    assertThat(SectionOrder.parse("inverted")).isSameAs(SectionOrder.INVERTED);
    assertThat(SectionOrder.parse("2,0,1").visits(3)).containsExactly(2, 0, 1);
    assertThat(SectionOrder.parse("2,0,1")).hasToString("2,0,1");
    assertThatThrownBy(() -> SectionOrder.parse("2,0,1").visits(4))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("each of the sections 0 to 3 once");
    assertThatThrownBy(() -> SectionOrder.parse("backwards"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("forward, inverted, endpoint, planned");
    assertThatThrownBy(() -> GapRule.parse("wide")).isInstanceOf(InvalidRequestException.class);
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
