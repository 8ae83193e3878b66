package dev.framepack.engine.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.image.Rgb8Image;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LosslessSinkTest {

  private static final SinkOptions OPTIONS = new SinkOptions(16, false);

  @TempDir Path folder;

  @Test
  void everyColorComesBackFromTenBits() {
    int wrong = 0;
    for (int rgb = 0; rgb < 1 << 24; rgb++) {
      int red = rgb >> 16;
      int green = (rgb >> 8) & 0xFF;
      int blue = rgb & 0xFF;
      int ycc = Y4mSink.toYcc(red, green, blue);
      double luma = ((ycc & 0x3FF) - 64) * (255 / 876.0);
      double cb = (((ycc >> 10) & 0x3FF) - 512) * (255 / 896.0);
      double cr = ((ycc >> 20) - 512) * (255 / 896.0);
      double r = luma + 1.402 * cr;
      double b = luma + 1.772 * cb;
      double g = (luma - 0.299 * r - 0.114 * b) / 0.587;
      wrong += Math.rint(r) == red && Math.rint(g) == green && Math.rint(b) == blue ? 0 : 1;
    }
    assertThat(wrong).isZero();
  }

  @Test
  void y4mHasItsHeaderAndAllFrames() throws Exception {
    Path output = folder.resolve("out.y4m");
    Videos.writeAll(SinkFactory.forOutput(output, OPTIONS), Videos.moving(4, 6, 5));
    byte[] bytes = Files.readAllBytes(output);
    String header = "YUV4MPEG2 W6 H5 F30:1 Ip A1:1 C444p10 XYSCSS=444P10 XCOLORRANGE=LIMITED\n";
    assertThat(new String(bytes, 0, header.length(), StandardCharsets.US_ASCII)).isEqualTo(header);
    assertThat(bytes).hasSize(header.length() + 4 * (6 + 6 * 5 * 3 * 2));
    assertThat(Videos.namesIn(folder)).containsExactly("out.y4m", "out.y4m.json");
  }

  @Test
  void aFolderOfPicturesHoldsTheExactFrames() {
    List<Rgb8Image> frames = Videos.moving(3, 17, 9);
    Videos.writeAll(SinkFactory.forOutput(folder.resolve("frames"), OPTIONS), frames);
    assertThat(Videos.namesIn(folder)).containsExactly("frames", "frames.json");
    assertThat(Videos.namesIn(folder.resolve("frames")))
        .containsExactly("frame_000000.png", "frame_000001.png", "frame_000002.png");
    for (int i = 0; i < 3; i++) {
      assertThat(Rgb8Image.read(folder.resolve("frames/frame_00000" + i + ".png")))
          .isEqualTo(frames.get(i));
    }
  }

  @Test
  void framesOfAnotherSizeAndCallsOutOfOrderAreRefused() {
    try (VideoSink sink = SinkFactory.forOutput(folder.resolve("out.y4m"), OPTIONS)) {
      assertThatThrownBy(sink::commit).isInstanceOf(IllegalStateException.class);
      sink.begin(Videos.info(4, 4));
      assertThatThrownBy(() -> sink.begin(Videos.info(4, 4)))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> sink.accept(Videos.moving(1, 4, 5).getFirst()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected 4x4, found 4x5");
      assertThatThrownBy(sink::commit).hasMessageStartingWith("OUTPUT_EMPTY");
    }
    assertThat(Videos.namesIn(folder)).isEmpty();
  }

  @Test
  void framesThatComeLastFirstLeaveInOrder() throws Exception {
    List<Rgb8Image> frames = Videos.moving(6, 5, 4);
    List<Rgb8Image> out = new ArrayList<>();
    try (FrameStore store = new FrameStore(5, 4, folder)) {
      store.append(frames.get(3));
      store.append(frames.get(0));
      store.append(frames.get(5));
      store.prepend(frames.get(2));
      store.prepend(frames.get(1));
      store.put(1, frames.get(4));
      assertThat(store.size()).isEqualTo(5);
      store.put(-3, frames.get(0));
      store.forEach(out::add);
      assertThat(store.frame(0)).isEqualTo(frames.getFirst());
      assertThat(store.frame(5)).isEqualTo(frames.get(5));
      assertThatThrownBy(() -> store.frame(6))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("frame 6: expected one of 6 from the first on");
      assertThatThrownBy(() -> store.frame(-1)).isInstanceOf(IndexOutOfBoundsException.class);
      store.put(9, frames.get(0));
      assertThat(store.isContiguous()).isFalse();
      assertThatThrownBy(() -> store.forEach(out::add))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("expected 13, found 7");
      assertThatThrownBy(() -> store.append(Videos.moving(1, 4, 4).getFirst()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(out).isEqualTo(frames);
    assertThat(Videos.namesIn(folder)).isEmpty();
  }

  @Test
  void aPreviewShowsItsFramesSideBySide() {
    PreviewWriter previews = new PreviewWriter(folder.resolve("previews"));
    List<Rgb8Image> frames = Videos.moving(2, 3, 2);
    Path file = previews.write(7, frames);
    previews.write(7, frames);
    assertThat(Videos.namesIn(folder.resolve("previews"))).containsExactly("section_007.png");
    Rgb8Image picture = Rgb8Image.read(file);
    assertThat(picture.width()).isEqualTo(6);
    assertThat(picture.sample(4, 1, 0)).isEqualTo(frames.get(1).sample(1, 1, 0));
    assertThat(picture.sample(2, 0, 2)).isEqualTo(frames.get(0).sample(2, 0, 2));
  }
}
