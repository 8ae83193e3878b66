package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.timeline.ClipExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Videos that go on from a clip. */
final class ExtensionRunTest {
  private static final int SEAM = 5; // 4 W - 3 at a window of two
  private static FramePackEngine engine;
  private static List<Rgb8Image> clip = List.of();

  @BeforeAll
  static void open() {
    engine = TinyVideos.open(2);
    clip = frames(request(Sampling.F1).image(Rgb8Image.read(TinyVideos.IMAGE)));
    assertThat(clip).hasSize(25);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** Three sections of two latent frames. */
  private static VideoRequest.Builder request(Sampling sampling) {
    return VideoRequest.builder()
        .prompt("a red circle moves left slowly")
        .size(32, 48)
        .latentWindow(2)
        .seconds(0.8)
        .steps(2)
        .seed(3)
        .sampling(sampling);
  }

  private static List<Rgb8Image> frames(VideoRequest.Builder builder) {
    VideoRequest request = builder.build();
    List<Rgb8Image> frames = TinyVideos.frames(engine, request);
    assertThat(frames).hasSize(request.outputFrames());
    return frames;
  }

  @ParameterizedTest
  @ValueSource(strings = {"f1", "inverted", "vanilla", "endpoint", "planned"})
  void aClipGoesOnUnderEveryOrder(String name) {
    Sampling sampling = Sampling.named(name);
    List<Rgb8Image> alone = frames(request(sampling).extension(new ClipExtension(clip, false)));
    assertThat(alone).hasSize(24);
    List<Rgb8Image> joined = frames(request(sampling).extension(new ClipExtension(clip, true)));
    assertThat(joined).hasSize(25 + 24);
    assertThat(joined.subList(0, 25 - SEAM)).isEqualTo(clip.subList(0, 25 - SEAM));
    assertThat(joined.get(25 - SEAM)).as("the fade begins with the clip").isEqualTo(clip.get(20));
    assertThat(joined.subList(25, 49)).isEqualTo(alone);
  }

  /** Sections see the clip: another one makes another video, and only its end counts. */
  @Test
  void sectionsSeeTheEndOfTheClip() {
    List<Rgb8Image> all = frames(request(Sampling.F1).extension(new ClipExtension(clip, false)));
    List<Rgb8Image> cut = new ArrayList<>(clip);
    cut.set(24, clip.get(0));
    assertThat(frames(request(Sampling.F1).extension(new ClipExtension(cut, false))))
        .isNotEqualTo(all);
    Sampling near =
        Sampling.VANILLA.withPacking(
            dev.framepack.engine.packing.PackingNotation.parse("td_f2k2f1k1_g2"));
    List<Rgb8Image> end = clip.subList(12, 25);
    assertThat(frames(request(near).extension(new ClipExtension(end, false))))
        .isEqualTo(frames(request(near).extension(new ClipExtension(clip, false))));
  }

  @Test
  void rollingWindowsAndPromptsGoOnToo() {
    List<Rgb8Image> rolling =
        frames(
            request(Sampling.F1)
                .sampler(SamplerKind.ROLLING_DIFFUSION)
                .prompts("0:a red circle;;;1-2:a green square", 0)
                .extension(new ClipExtension(clip, false)));
    assertThat(rolling).hasSize(24);
  }

  @Test
  void whatCannotGoOnIsRefused() {
    assertThatThrownBy(() ->
            request(Sampling.F1)
                .latentWindow(9)
                .steps(0)
                .extension(new ClipExtension(clip, false))
                .build())
        .hasMessageContainingAll("steps must", "must have 33 to 10000 frames, found 25");
    assertThatThrownBy(() ->
            request(Sampling.F1)
                .image(clip.getFirst())
                .extension(new ClipExtension(clip, false))
                .build())
        .hasMessageContaining("goes on from a clip begins with it, give no start image");
    assertThatThrownBy(() ->
            request(Sampling.F1)
                .history(HistoryPolicy.parse("repeat-i2v"))
                .extension(new ClipExtension(clip, false))
                .build())
        .hasMessageContaining("a clip to go on from has no place");
    List<Rgb8Image> mixed = new ArrayList<>(clip);
    mixed.set(3, Rgb8Image.of(1, 1, new byte[3]));
    assertThatThrownBy(
            () -> request(Sampling.F1).extension(new ClipExtension(mixed, false)).build())
        .hasMessageContaining("frames of a clip have one size, found 48x32 and 1x1");
    VideoRequest request = request(Sampling.F1).extension(new ClipExtension(clip, true)).build();
    assertThat(request.toBuilder().build()).isEqualTo(request);
  }
}
