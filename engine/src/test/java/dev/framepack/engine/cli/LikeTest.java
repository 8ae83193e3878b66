package dev.framepack.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.TinyVideos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code generate --like}: an output says how it was made. */
final class LikeTest {
  private static final String MODEL = "--model=" + TinyVideos.CHECKPOINT;

  @TempDir Path folder;

  private ProgramRun like(Path output, String... more) {
    return ProgramRun.of(
        Stream.concat(
                Stream.of("generate", MODEL, "--threads=2", "--output=" + output), Stream.of(more))
            .toList());
  }

  private Path made(String name) {
    Path output = folder.resolve(name);
    ProgramRun run =
        ProgramRun.of(
            SmallVideo.generate(
                folder,
                "--output=" + output,
                "--prompt=a caf\u00E9 \uD83D\uDE00",
                "--steps=2",
                "--seed=5",
                "--sampling=f1"));
    assertThat(run.code()).as(run.err()).isZero();
    return output;
  }

  private void putPictureBeside() throws IOException {
    Files.copy(TinyVideos.IMAGE, folder.resolve(TinyVideos.IMAGE.getFileName()));
  }

  @Test
  void theSameVideoIsMadeFromTheJsonBesideIt() throws IOException {
    Path first = made("first.y4m");
    putPictureBeside();
    Path second = folder.resolve("second.y4m");
    ProgramRun run = like(second, "--like=" + first);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(Path.of(second + ".json")).hasSameTextualContentAs(Path.of(first + ".json"));
  }

  @Test
  void anMp4ThatLostItsJsonStillKnows() throws IOException {
    Path first = made("first.mp4");
    String json = Files.readString(Path.of(first + ".json"));
    Files.delete(Path.of(first + ".json"));
    putPictureBeside();
    Path second = folder.resolve("second.mp4");
    ProgramRun run = like(second, "--like=" + first);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Path.of(second + ".json")).hasContent(json);
  }

  @Test
  void aRequestLikeAnOutputIsPlanned() throws IOException {
    Path first = made("first.y4m");
    putPictureBeside();
    ProgramRun plan = ProgramRun.of("plan", MODEL, "--like=" + first, "--json");
    assertThat(plan.code()).as(plan.err()).isZero();
    assertThat(plan.out()).contains("\"passes\":2", "\"fits\":true");
  }

  @Test
  void optionsWin() throws IOException {
    Path first = made("first.y4m");
    Path second = folder.resolve("second.y4m");
    ProgramRun run =
        like(
            second,
            "--like=" + first,
            "--image=" + TinyVideos.IMAGE,
            "--seed=6",
            "--sampler=euler",
            "--gaps=true");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Files.readString(Path.of(second + ".json")))
        .contains("\"seed\" : 6", "\"sampler\" : \"euler\"", "\"gaps\" : \"true\"")
        .contains("\"steps\" : 2", "\"id\" : \"f1\"", "caf\\u00E9");
  }

  @Test
  void whatIsMissingOrTamperedWithIsOneLine() throws IOException {
    Path first = made("first.y4m");
    Path json = Path.of(first + ".json");
    String text = Files.readString(json);
    String like = "--like=" + first;
    Path second = folder.resolve("second.y4m");

    assertRefused(like(second, like), "METADATA", "image: found no file image.png");
    putPictureBeside();
    Files.writeString(json, text.replace("\"steps\" : 2", "\"steps\" : 2000"));
    assertRefused(like(second, like), "REQUEST_INVALID", "steps must be 1 to 100");
    Files.writeString(json, text.replace("\"steps\" : 2", "\"stepz\" : 2"));
    assertRefused(like(second, like), "METADATA", "request.stepz");
    Files.writeString(json, text.replace("\"format\" : 1", "\"format\" : 2"));
    assertRefused(like(second, like), "METADATA", "format: expected 1, found 2");
    Files.writeString(json, text.replace("framepack-jvm", "something"));
    assertRefused(like(second, like), "METADATA", "generator: expected framepack-jvm");
    Files.writeString(json, text.substring(0, text.length() / 2));
    assertRefused(like(second, like), "METADATA", "expected a JSON object");
    Files.writeString(json, text.replaceFirst("\"sha256\" : \"..", "\"sha256\" : \"zz"));
    assertRefused(like(second, like), "METADATA", "expected the picture with SHA-256 zz");
    Files.delete(json);
    assertRefused(like(second, like), "METADATA", "found neither first.y4m.json beside it");
    assertThat(second).doesNotExist();
  }

  private static void assertRefused(ProgramRun run, String... parts) {
    assertThat(run.code()).as(run.err()).isEqualTo(Failures.BAD_REQUEST);
    assertThat(run.err()).contains(parts).startsWith("framepack: ").hasLineCount(1);
  }
}
