package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.PatchKernel;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.timeline.OneFrame;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One frame at a chosen index in place of a video. */
final class OneFrameTest {
  private static final Rgb8Image START = Rgb8Image.read(TinyVideos.IMAGE);
  private static final Rgb8Image GREY = TinyVideos.grey(START.width(), START.height());

  private static FramePackEngine engine;

  @BeforeAll
  static void open() {
    engine = TinyVideos.open(2);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static VideoRequest.Builder request(String text, Rgb8Image... controls) {
    return VideoRequest.builder()
        .image(START)
        .prompt("a red circle")
        .size(32, 48)
        .steps(2)
        .seed(3)
        .oneFrame(OneFrame.parse(text, List.of(controls)));
  }

  private static Rgb8Image picture(VideoRequest.Builder request) {
    try (VideoResult video = engine.generate(request.build(), GenerationListener.NONE)) {
      assertThat(video.frameCount()).isEqualTo(1);
      return video.frame(0);
    }
  }

  /** The indices of musubi-tuner: controls, then what follows the window. */
  @Test
  void contextAndIndicesAreTheReferences() {
    SectionPlan plan = request("default").build().schedule().plans().getFirst();
    assertThat(plan.latentIndices()).containsExactly(9);
    assertThat(plan.indices(PatchKernel.FULL)).containsExactly(0, 10);
    assertThat(plan.indices(PatchKernel.cube(2))).containsExactly(11, 12);
    assertThat(plan.indices(PatchKernel.cube(4)))
        .containsExactly(IntStream.range(13, 29).toArray());
    assertThat(plan.context().getLast().frames()).containsExactly(0, SectionPlan.BLANK);

    SectionPlan two =
        request("target_index=1,control_index=0;10,no_2x,no_4x,no_post", START, GREY)
            .build()
            .schedule()
            .plans()
            .getFirst();
    assertThat(two.latentIndices()).containsExactly(1);
    assertThat(two.context()).hasSize(1);
    assertThat(two.context().getFirst().frames())
        .containsExactly(SectionPlan.picture(0), SectionPlan.picture(1));
    assertThat(two.context().getFirst().indices()).containsExactly(0, 10);
  }

  @Test
  void thePictureDependsOnIndexAndControls() {
    Rgb8Image picture = picture(request("default"));
    assertThat(picture.width()).isEqualTo(48);
    assertThat(picture(request("default"))).isEqualTo(picture);
    assertThat(picture(request("control_index=0", START))).as("the start image").isEqualTo(picture);
    assertThat(picture(request("target_index=1"))).isNotEqualTo(picture);
    assertThat(picture(request("no_2x,no_4x,no_post"))).isNotEqualTo(picture);
    assertThat(picture(request("default", GREY))).isNotEqualTo(picture);
    assertThat(engine.plan(request("no_2x,no_4x,no_post").build()).sections().getFirst().tokens())
        .as("one frame seen, one made, 2x3 tokens each")
        .isEqualTo(12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"default", "target_index=9", "control_index=0;10,no_2x,no_4x,no_post", "no_2x"})
  void whatIsWrittenIsRead(String text) {
    assertThat(OneFrame.parse(text, List.of()).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no_8x           | ONE_FRAME: one frame: expected default, target_index, control_index, no_2x",
        "target_index=x  | ONE_FRAME: one frame: target_index: expected a whole number, found x",
        "control_index=  | ONE_FRAME: one frame: control_index: expected a whole number, found",
        "no_post=false   | no_2x, no_4x or no_post, found no_post=false",
        "default=2       | no_2x, no_4x or no_post, found default=2",
        "target_index=-1 | one frame: indices must be 0 to 1000, found -1",
        "control_index=0;1001 | one frame: indices must be 0 to 1000, found 1001",
        "control_index=0;1 | one frame: expected an index for each of 1 control images, found 2"
      })
  void faultsAreTold(String text, String fault) {
    assertThatThrownBy(() -> request(text).build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void whatVideosAloneHaveIsRefused() {
    assertThatThrownBy(() -> request("default").lastImage(GREY).build())
        .hasMessageContaining("one frame sees control images, not an end image");
    assertThatThrownBy(() -> request("default").prompts("0:a;;;b", 0).build())
        .hasMessageContaining("one frame has one prompt");
    assertThatThrownBy(() -> request("default").sampler(SamplerKind.DIFFUSION_FORCING).build())
        .hasMessageContaining("one frame has no history policy and no frame-wise sampler");
  }
}
