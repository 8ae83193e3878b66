package dev.framepack.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.TinyVideos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code framepack batch}. */
final class BatchCommandTest {
  private static final String SMALL =
      "\"image\": \"start.png\", \"prompts\": \"a red circle\", \"width\": 48, \"height\": 32,"
          + " \"seconds\": 0.1, \"latentWindow\": 1, \"steps\": 1";

  @TempDir Path folder;

  @BeforeEach
  void putPicture() throws IOException {
    Files.copy(TinyVideos.IMAGE, folder.resolve("start.png"));
  }

  private ProgramRun batch(List<String> lines, String... more) throws IOException {
    Path file = Files.write(folder.resolve("batch.jsonl"), lines);
    return ProgramRun.of(
        Stream.concat(
                Stream.of(
                    "batch", file.toString(), "--model=" + TinyVideos.CHECKPOINT, "--threads=2"),
                Stream.of(more))
            .toList());
  }

  private static String line(String output, String... more) {
    return "{\"output\": \"%s\", %s%s}".formatted(output, SMALL, String.join("", more));
  }

  @Test
  void everyLineIsMadeOnceAndAFailureStopsNoOther() throws IOException {
    Files.writeString(folder.resolve("taken.y4m"), "mine");
    List<String> lines =
        List.of(
            line("one.y4m", ", \"seed\": 1"),
            "",
            line("two.y4m", ", \"stepz\": 1"),
            line("taken.y4m"),
            line("three.y4m", ", \"seed\": 3"),
            line("none/four.y4m"));
    ProgramRun first = batch(lines);
    assertThat(first.code()).as(first.err()).isEqualTo(Failures.BAD_REQUEST);
    assertThat(first.err())
        .contains("framepack: line 3: BATCH_LINE: stepz: expected one of")
        .contains("framepack: line 4: OUTPUT_EXISTS")
        .contains("framepack: line 6: OUTPUT_DIRECTORY_MISSING")
        .contains("batch: 2 made, 0 there already, 3 failed of 5");
    assertThat(folder.resolve("one.y4m")).exists();
    assertThat(folder.resolve("three.y4m.json")).content().contains("\"seed\" : 3");
    assertThat(folder.resolve("taken.y4m")).hasContent("mine");

    ProgramRun again = batch(List.of(lines.get(0), lines.get(4)));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err().strip()).isEqualTo("batch: 0 made, 2 there already, 0 failed of 2");

    ProgramRun other = batch(List.of(line("one.y4m", ", \"seed\": 2")));
    assertThat(other.code()).isEqualTo(Failures.OUTPUT);
    assertThat(other.err()).contains("OUTPUT_EXISTS");
  }

  @Test
  void anOutputsNameReachesTheTerminalEscaped() throws IOException {
    ProgramRun run = batch(List.of(line("\\u001b[2J.y4m")));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("line 1: ", "writing ", "\\u001b[2J.y4m")
        .doesNotContain("\u001b");
  }

  @Test
  void theFirstFailureStopsWhereAsked() throws IOException {
    ProgramRun bad = batch(List.of(line("one.y4m"), "{"), "--fail-fast");
    assertThat(bad.code()).isEqualTo(Failures.BAD_REQUEST);
    assertThat(folder.resolve("one.y4m")).doesNotExist();
    ProgramRun lost = batch(List.of(line("none/one.y4m"), line("two.y4m")), "--fail-fast");
    assertThat(lost.code()).isEqualTo(Failures.OUTPUT);
    assertThat(lost.err()).contains("batch: 0 made, 0 there already, 1 failed of 2");
    assertThat(folder.resolve("two.y4m")).doesNotExist();
  }

  /** The JSON beside an output is a line of a batch, but for the output's name. */
  @Test
  void aRequestFromMetadataIsALine() throws IOException {
    ProgramRun first = batch(List.of(line("one.y4m")));
    assertThat(first.code()).as(first.err()).isZero();
    String json = Files.readString(folder.resolve("one.y4m.json")).replaceAll("\\s*\\R\\s*", " ");
    int begin = json.indexOf("\"request\" : {") + "\"request\" : {".length();
    int end = json.indexOf("}, \"width\"");
    String request = json.substring(begin, end);
    ProgramRun second = batch(List.of("{\"output\": \"two.y4m\", " + request + "}"));
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(folder.resolve("two.y4m")).hasSameBinaryContentAs(folder.resolve("one.y4m"));
  }

  @Test
  void aRandomSeedIsRefused() throws IOException {
    ProgramRun run =
        batch(
            List.of(
                line("one.y4m", ", \"profile\": \"diffusers\", \"frames\": 5")
                    .replace("\"seconds\": 0.1, ", "")));
    assertThat(run.code()).isEqualTo(Failures.BAD_REQUEST);
    assertThat(run.err()).contains("seed: missing");
  }

  @Test
  void optionsAreCheckedFirst() throws IOException {
    ProgramRun run = batch(List.of(line("one.y4m")), "--crf=99");
    assertThat(run.code()).isEqualTo(Failures.BAD_REQUEST);
    assertThat(run.err()).contains("crf must be 0 to 51");
    ProgramRun none = ProgramRun.of("batch", "none.jsonl", "--model=" + TinyVideos.CHECKPOINT);
    assertThat(none.code()).isEqualTo(Failures.BAD_REQUEST);
    assertThat(none.err()).contains("BATCH_FILE");
  }
}
