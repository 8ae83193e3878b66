package dev.framepack.engine.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.framepack.engine.OutputException;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@Timeout(60)
class FfmpegSinkTest {

  private static final int WIDTH = 64;
  private static final int HEIGHT = 48;
  private static final String ON_NO_PATH = "/nonexistent";

  private static Ffmpeg bundled;

  @TempDir Path folder;

  @BeforeAll
  static void unpack() {
    bundled = Ffmpeg.find(ON_NO_PATH, FfmpegSinkTest.class.getClassLoader());
  }

  @AfterAll
  static void remove() {
    Path program = bundled.program();
    bundled.close();
    assertThat(program).doesNotExist();
    assertThat(program.getParent()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "-y.mp4", "a b%03d 'c'.MP4", "http:x.mp4"})
  void theVideoDecodesToTheSameFrames(String name) throws Exception {
    List<Rgb8Image> frames = Videos.moving(13, WIDTH, HEIGHT);
    Path output = folder.resolve(name);
    Videos.writeAll(SinkFactory.forOutput(output, options(16)), frames);

    byte[] decoded = decode(output);
    assertThat(decoded).hasSize(13 * WIDTH * HEIGHT * 3);
    assertThat(psnr(frames, decoded)).isGreaterThan(32);
    assertThat(Videos.namesIn(folder)).containsExactly(name, name + ".json");
  }

  @Test
  void theIndexStandsInFront() throws Exception {
    Path output = write("out.mp4", 16, 5);
    String bytes = Files.readString(output, StandardCharsets.ISO_8859_1);
    assertThat(bytes.indexOf("moov")).isPositive().isLessThan(bytes.indexOf("mdat"));
  }

  @Test
  void theMetadataSurvivesInTheFileAndBesideIt() throws Exception {
    Path output = write("out.mp4", 16, 2);
    String text = run("-i", "file:" + output, "-f", "ffmetadata", "-");
    String comment = text.lines().filter(l -> l.startsWith("comment=")).findFirst().orElseThrow();
    String json = comment.substring("comment=".length()).replaceAll("\\\\([=;#\\\\])", "$1");
    JsonNode inFile = new ObjectMapper().readTree(json);
    JsonNode beside = new ObjectMapper().readTree(folder.resolve("out.mp4.json"));
    assertThat(inFile).isEqualTo(beside);
    assertThat(inFile.get("prompt").asString()).isEqualTo(Videos.METADATA.get("prompt"));
    assertThat(inFile.get("seed").asLong()).isEqualTo(-7);
  }

  @Test
  void aVeryLongPromptFitsIntoTheMetadata() throws Exception {
    Path output = folder.resolve("long.mp4");
    Map<String, Object> metadata = Map.of("prompt", "\u732b=".repeat(100_000));
    try (VideoSink sink = SinkFactory.forOutput(output, options(16))) {
      sink.begin(new VideoInfo(WIDTH, HEIGHT, 30, metadata));
      sink.accept(Videos.moving(1, WIDTH, HEIGHT).getFirst());
      sink.commit();
    }
    assertThat(Files.size(output)).isGreaterThan(700_000);
  }

  @Test
  void aHigherRateFactorMakesASmallerFile() throws Exception {
    long fine = Files.size(write("fine.mp4", 8, 20));
    long coarse = Files.size(write("coarse.mp4", 40, 20));
    assertThat(coarse).isLessThan(fine / 2);
  }

  @Test
  void oddSidesAreRefusedAndNothingIsLeft() {
    VideoSink sink = SinkFactory.forOutput(folder.resolve("out.mp4"), options(16));
    OutputException failure =
        catchThrowableOfType(
            OutputException.class, () -> Videos.writeAll(sink, Videos.moving(1, 33, 48)));
    assertThat(failure.code()).isEqualTo("OUTPUT_SIZE");
    assertThat(failure).hasMessageContaining("33x48");
    assertThat(Videos.namesIn(folder)).isEmpty();
  }

  @Test
  void aVideoClosedBeforeItsCommitLeavesNothing() {
    try (VideoSink sink = SinkFactory.forOutput(folder.resolve("out.mp4"), options(16))) {
      sink.begin(Videos.info(WIDTH, HEIGHT));
      sink.accept(Videos.moving(1, WIDTH, HEIGHT).getFirst());
    }
    assertThat(Videos.namesIn(folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo 'no space left' >&2; exit 3",
        "head -c 1000 >/dev/null; echo 'no space left' >&2; kill -9 $$",
        "cat >/dev/null; echo 'no space left' >&2; exit 1"
      })
  void aFailingProgramLeavesNothingAndSaysWhy(String script) throws Exception {
    Path program = script("ffmpeg", script);
    Path output = Files.createDirectory(folder.resolve("out")).resolve("out.mp4");
    SinkOptions options = new SinkOptions(16, false, () -> Ffmpeg.at(program));
    OutputException failure =
        catchThrowableOfType(
            OutputException.class,
            () ->
                Videos.writeAll(
                    SinkFactory.forOutput(output, options), Videos.moving(40, WIDTH, HEIGHT)));
    assertThat(failure.code()).isEqualTo("OUTPUT_FFMPEG_FAILED");
    assertThat(failure).hasMessageContaining("no space left");
    assertThat(Videos.namesIn(output.getParent())).isEmpty();
  }

  @Test
  void aSystemProgramWithLibx264IsPreferred() throws Exception {
    Path program = script("ffmpeg", "echo 'Encoder libx264 [x]:'");
    try (Ffmpeg found = Ffmpeg.find(ON_NO_PATH + "::" + folder, noBundle())) {
      assertThat(found.program()).isEqualTo(program);
    }
    assertThat(program).exists();
  }

  @Test
  void withoutAnyProgramTheRemedyIsSaid() throws Exception {
    OutputException failure =
        catchThrowableOfType(
            OutputException.class, () -> Ffmpeg.find(ON_NO_PATH, noBundle()).close());
    assertThat(failure.code()).isEqualTo("OUTPUT_FFMPEG_MISSING");
    assertThat(failure.remedy()).contains("install ffmpeg").contains(".y4m").contains("folder");
  }

  @Test
  void aSystemProgramWithoutLibx264IsPassedOver() throws Exception {
    script("ffmpeg", "echo \"Codec 'libx264' is not recognized\"");
    OutputException failure =
        catchThrowableOfType(
            OutputException.class, () -> Ffmpeg.find(folder.toString(), noBundle()).close());
    assertThat(failure).hasMessageContaining("has no libx264");
    try (Ffmpeg found = Ffmpeg.find(folder.toString(), getClass().getClassLoader())) {
      assertThat(found.program()).isNotEqualTo(folder.resolve("ffmpeg"));
    }
  }

  @Test
  void aBundledProgramThatIsNotTheKnownOneIsNeverStarted() throws Exception {
    Path fake = folder.resolve("ws/schild/jave/nativebin/ffmpeg-amd64");
    Files.createDirectories(fake.getParent());
    Path trace = folder.resolve("started");
    Files.writeString(fake, "#!/bin/sh\ntouch " + trace + "\n");
    try (URLClassLoader planted =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, noBundle())) {
      OutputException failure =
          catchThrowableOfType(
              OutputException.class, () -> Ffmpeg.find(ON_NO_PATH, planted).close());
      assertThat(failure).hasMessageContaining("SHA-256");
    }
    assertThat(trace).doesNotExist();
  }

  @Test
  void theUnpackedProgramIsPrivate() throws Exception {
    Path directory = bundled.program().getParent();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bundled.program())))
        .isEqualTo("r-x------");
  }

  @Test
  void theLosslessFormatIsReadByFfmpegToTheSameColors() throws Exception {
    List<Rgb8Image> frames = Videos.moving(3, 33, 21);
    Path output = folder.resolve("out.y4m");
    Videos.writeAll(SinkFactory.forOutput(output, options(16)), frames);
    byte[] decoded = decode(output);
    assertThat(decoded).hasSize(3 * 33 * 21 * 3);
    assertThat(psnr(frames, decoded)).isGreaterThan(48);
  }

  private Path write(String name, int crf, int count) {
    Path output = folder.resolve(name);
    Videos.writeAll(
        SinkFactory.forOutput(output, options(crf)), Videos.moving(count, WIDTH, HEIGHT));
    return output;
  }

  private static SinkOptions options(int crf) {
    return new SinkOptions(crf, false, () -> Ffmpeg.at(bundled.program()));
  }

  private static ClassLoader noBundle() {
    return ClassLoader.getPlatformClassLoader();
  }

  private Path script(String name, String body) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private static byte[] decode(Path video) throws Exception {
    return run(
            "-i",
            "file:" + video,
            "-sws_flags",
            "accurate_rnd+full_chroma_int",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String run(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(bundled.program().toString(), "-nostdin", "-loglevel", "error"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(process.waitFor()).isZero();
      return text;
    }
  }

  private static double psnr(List<Rgb8Image> frames, byte[] decoded) {
    double squares = 0;
    int at = 0;
    for (Rgb8Image frame : frames) {
      for (byte value : frame.rgb()) {
        double difference = (value & 0xFF) - (decoded[at++] & 0xFF);
        squares += difference * difference;
      }
    }
    return 10 * Math.log10(255.0 * 255.0 * at / Math.max(squares, 1e-9));
  }
}
