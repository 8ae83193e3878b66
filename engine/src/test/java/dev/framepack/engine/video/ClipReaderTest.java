package dev.framepack.engine.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clips are read as the sinks wrote them. */
final class ClipReaderTest {
  @TempDir Path folder;

  private static List<Rgb8Image> frames(boolean smooth) {
    Random random = new Random(5);
    List<Rgb8Image> frames = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] rgb = new byte[16 * 32 * 3];
      random.nextBytes(rgb);
      if (smooth) {
        java.util.Arrays.fill(rgb, (byte) (40 * i + 30));
      }
      frames.add(Rgb8Image.of(32, 16, rgb));
    }
    return frames;
  }

  private Path write(String name, List<Rgb8Image> frames) {
    Path file = folder.resolve(name);
    try (VideoSink sink = SinkFactory.forOutput(file, new SinkOptions(0, false))) {
      sink.begin(new VideoInfo(32, 16, 30, Map.of()));
      frames.forEach(sink::accept);
      sink.commit();
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"clip.y4m", "clip"})
  void losslessClipsComeBackExactly(String name) {
    List<Rgb8Image> frames = frames(false);
    Path clip = write(name, frames);
    assertThat(ClipReader.read(clip, 100)).isEqualTo(frames);
    assertThat(ClipReader.read(clip, 2)).isEqualTo(frames.subList(2, 4));
  }

  @Test
  void mp4ComesThroughFfmpeg() {
    List<Rgb8Image> frames = frames(true);
    List<Rgb8Image> found = ClipReader.read(write("clip.mp4", frames), 3);
    assertThat(found).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(found.get(i).sample(9, 9, 1))
          .isCloseTo(frames.get(i + 1).sample(9, 9, 1), org.assertj.core.data.Offset.offset(2));
    }
  }

  @Test
  void theNameOfTheColoursMayBeInCapitals() throws IOException {
    List<Rgb8Image> frames = frames(false);
    byte[] clip = Files.readAllBytes(write("clip.y4m", frames));
    String text = new String(clip, StandardCharsets.ISO_8859_1).replaceFirst("C444p10", "C444P10");
    Path capitals =
        Files.write(folder.resolve("b.y4m"), text.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(ClipReader.read(capitals, 100)).isEqualTo(frames);
  }

  @ParameterizedTest
  @CsvSource({"C420jpeg, 6", "C444, 12", "'', 6"})
  void eightBitColoursAreRead(String colours, int bytes) throws IOException {
    byte[] header =
        ("YUV4MPEG2 W2 H2 F30:1 " + colours + "\nFRAME\n").getBytes(StandardCharsets.US_ASCII);
    byte[] file = new byte[header.length + bytes];
    java.util.Arrays.fill(file, (byte) 128);
    System.arraycopy(header, 0, file, 0, header.length);
    java.util.Arrays.fill(file, header.length, header.length + 4, (byte) 235);
    Path clip = Files.write(folder.resolve("small.y4m"), file);
    assertThat(ClipReader.read(clip, 9))
        .containsExactly(
            Rgb8Image.of(2, 2, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RIFF                          | CLIP_FORMAT | expected a YUV4MPEG2 file",
        "YUV4MPEG2 W2                  | CLIP_FORMAT | height must be 1 to 16384, found 0",
        "YUV4MPEG2 W2 Hx               | CLIP_FORMAT | expected a number of pixels, found Hx",
        "YUV4MPEG2 W99999 H2           | CLIP_FORMAT | width must be 1 to 16384, found 99999",
        "YUV4MPEG2 W16384 H16384       | CLIP_FORMAT | 16384x16384 pixels are too many",
        "YUV4MPEG2 W2 H2 C422          | CLIP_FORMAT | colours must be 420, 444 or 444p10, found 422",
        "YUV4MPEG2 W2 H2%FRAME%x       | CLIP_FORMAT | frame 0 is cut off",
        "YUV4MPEG2 W2 H2%TAIL          | CLIP_FORMAT | frame 0 does not begin with FRAME"
      })
  void whatIsNoClipIsRefused(String text, String code, String fault) throws IOException {
    Path clip = Files.writeString(folder.resolve("bad.y4m"), text.strip().replace('%', '\n'));
    assertThatThrownBy(() -> ClipReader.read(clip, 9))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(code)
        .hasMessageContaining(fault);
  }

  @Test
  void whatIsNotThereIsRefused() throws IOException {
    assertThatThrownBy(() -> ClipReader.read(folder.resolve("no.mp4"), 9))
        .hasMessageContaining("found no such file");
    assertThatThrownBy(() -> ClipReader.read(folder, 9)).hasMessageContaining("found none");
    Path noVideo = Files.writeString(folder.resolve("no-video.mp4"), "text");
    assertThatThrownBy(() -> ClipReader.read(noVideo, 9))
        .hasMessageStartingWith("CLIP_READ")
        .hasMessageContaining("ffmpeg");
  }
}
