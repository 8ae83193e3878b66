package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.timeline.SectionImage;
import dev.framepack.engine.timeline.SectionImages;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whole videos with start images per section. */
final class SectionImageRunTest {
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

  /** Three sections of two latent frames. */
  private static VideoRequest.Builder request(Sampling sampling, SectionImage... images) {
    return TinyVideos.request()
        .latentWindow(2)
        .seconds(0.8)
        .steps(2)
        .seed(3)
        .sampling(sampling)
        .sectionImages(new SectionImages(List.of(images)));
  }

  private static List<float[]> latents(VideoRequest.Builder request) {
    return TinyVideos.latents(engine, request.build());
  }

  @Test
  void theStartImageNamedForASectionIsTheStartImage() {
    List<float[]> plain = latents(request(Sampling.INVERTED));
    List<float[]> named = latents(request(Sampling.INVERTED, new SectionImage(0, 2, START)));
    for (int i = 0; i < plain.size(); i++) {
      assertThat(named.get(i)).as("section %d", i).isEqualTo(plain.get(i));
    }
  }

  @Test
  void onlyTheSectionsNamedSeeTheirImage() {
    List<float[]> plain = latents(request(Sampling.F1));
    List<float[]> last = latents(request(Sampling.F1, SectionImage.of(-1, GREY)));
    assertThat(last.get(0)).isEqualTo(plain.get(0));
    assertThat(last.get(1)).isEqualTo(plain.get(1));
    assertThat(last.get(2)).isNotEqualTo(plain.get(2));
    List<float[]> inverted = latents(request(Sampling.INVERTED, SectionImage.of(-1, GREY)));
    assertThat(inverted.getFirst())
        .as("made first, seen by nobody before")
        .isEqualTo(latents(request(Sampling.INVERTED).image(GREY)).getFirst());
  }

  @Test
  void theImageOfSectionZeroNeedsNoOther() {
    VideoRequest request =
        VideoRequest.builder()
            .sectionImages(new SectionImages(List.of(SectionImage.of(0, START))))
            .prompt("x")
            .build();
    assertThat(request.image()).isEqualTo(START);
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    assertThatThrownBy(() ->
            request(Sampling.F1, SectionImage.of(1, GREY))
                .history(HistoryPolicy.parse("repeat-i2v"))
                .build())
        .hasMessageContaining("section images have no place");
    assertThatThrownBy(() -> request(Sampling.F1, SectionImage.of(3, GREY)).steps(0).build())
        .hasMessageContainingAll("steps must be", "section 3 is out of range");
    assertThatThrownBy(() -> request(Sampling.F1, SectionImage.of(0, GREY)).build())
        .hasMessageContaining("section 0 has the start image");
  }
}
