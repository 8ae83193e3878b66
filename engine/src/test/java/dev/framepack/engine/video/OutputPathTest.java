package dev.framepack.engine.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.framepack.engine.OutputException;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputPathTest {

  private static final SinkOptions KEEP = new SinkOptions(16, false);
  private static final SinkOptions OVERWRITE = new SinkOptions(16, true);
  private static final List<Rgb8Image> FRAMES = Videos.moving(2, 4, 4);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"out.avi", "out.mp4.gz", "a.b"})
  void anUnknownExtensionNamesTheThreeKinds(String name) {
    OutputException failure = refused(folder.resolve(name), KEEP);
    assertThat(failure.code()).isEqualTo("OUTPUT_FORMAT");
    assertThat(failure).hasMessageContaining(".mp4").hasMessageContaining(".y4m");
    assertThat(failure).hasMessageContaining("folder of PNG");
    assertThat(Videos.namesIn(folder)).isEmpty();
  }

  @Test
  void aTrailingSlashMakesAFolder() {
    Videos.writeAll(SinkFactory.forOutput(folder + "/take.2/", KEEP), FRAMES);
    assertThat(Videos.namesIn(folder)).containsExactly("take.2", "take.2.json");
  }

  @ParameterizedTest
  @CsvSource({"out.y4m", "frames"})
  void anExistingOutputIsKeptUnlessOverwritingIsAllowed(String name) throws IOException {
    Path output = folder.resolve(name);
    Videos.writeAll(SinkFactory.forOutput(output, KEEP), FRAMES);
    OutputException failure = refused(output, KEEP);
    assertThat(failure.code()).isEqualTo("OUTPUT_EXISTS");
    assertThat(failure.remedy()).contains("overwriting");

    long before = Files.getLastModifiedTime(output).toMillis();
    Videos.writeAll(SinkFactory.forOutput(output, OVERWRITE), Videos.moving(5, 4, 4));
    assertThat(Files.getLastModifiedTime(output).toMillis()).isGreaterThanOrEqualTo(before);
    assertThat(Videos.namesIn(folder)).containsExactly(name, name + ".json");
    if (name.equals("frames")) {
      assertThat(Videos.namesIn(output)).hasSize(5);
    }
  }

  @Test
  void anOutputThatAppearsMeanwhileIsKept() throws IOException {
    Path output = folder.resolve("out.y4m");
    try (VideoSink sink = SinkFactory.forOutput(output, KEEP)) {
      sink.begin(Videos.info(4, 4));
      sink.accept(FRAMES.getFirst());
      Files.writeString(output, "somebody else's");
      OutputException failure = catchThrowableOfType(OutputException.class, sink::commit);
      assertThat(failure.code()).isEqualTo("OUTPUT_EXISTS");
    }
    assertThat(output).hasContent("somebody else's");
    assertThat(Videos.namesIn(folder)).containsExactly("out.y4m");
  }

  @Test
  void aFolderWithOtherFilesIsNeverReplaced() throws IOException {
    Path output = Files.createDirectory(folder.resolve("photos"));
    Files.writeString(output.resolve("holiday.png"), "x");
    assertThat(refused(output, OVERWRITE).code()).isEqualTo("OUTPUT_EXISTS");
    assertThat(output.resolve("holiday.png")).exists();
  }

  @Test
  void anOverwrittenOutputSurvivesAFailure() throws IOException {
    Path output = Files.writeString(folder.resolve("out.y4m"), "old");
    try (VideoSink sink = SinkFactory.forOutput(output, OVERWRITE)) {
      sink.begin(Videos.info(4, 4));
    }
    assertThat(output).hasContent("old");
    assertThat(Videos.namesIn(folder)).containsExactly("out.y4m");
  }

  @Test
  void aMissingDirectoryIsNamed() {
    OutputException failure = refused(folder.resolve("no/out.y4m"), KEEP);
    assertThat(failure.code()).isEqualTo("OUTPUT_DIRECTORY_MISSING");
    assertThat(failure).hasMessageContaining(folder.resolve("no").toString());
  }

  @Test
  void aDirectoryIsNoFile() throws IOException {
    Path output = Files.createDirectory(folder.resolve("out.y4m"));
    assertThat(refused(output, OVERWRITE).code()).isEqualTo("OUTPUT_IS_DIRECTORY");
    assertThat(refused(Path.of("/"), OVERWRITE).code()).isEqualTo("OUTPUT_IS_DIRECTORY");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDirectoryThatTakesNoFilesIsNamed() {
    assertThat(refused(Path.of("/proc/out.y4m"), KEEP).code()).isEqualTo("OUTPUT_NOT_WRITABLE");
  }

  @ParameterizedTest
  @CsvSource({"250, true", "251, false", "300, false"})
  void namesFitOrAreRefused(int bytes, boolean fits) {
    Path output = folder.resolve("x".repeat(bytes - 4) + ".y4m");
    if (fits) {
      Videos.writeAll(SinkFactory.forOutput(output, KEEP), FRAMES);
      assertThat(output).exists();
    } else {
      OutputException failure = refused(output, KEEP);
      assertThat(failure.code()).isEqualTo("OUTPUT_NAME_TOO_LONG");
      assertThat(failure.getMessage()).hasSizeLessThanOrEqualTo(400);
    }
  }

  @Test
  void aPathBeyondTheLimitIsRefused() {
    Path output = folder.resolve("d/".repeat(2100) + "out.y4m");
    assertThat(refused(output, KEEP).code()).isEqualTo("OUTPUT_NAME_TOO_LONG");
  }

  private static OutputException refused(Path output, SinkOptions options) {
    OutputException failure =
        catchThrowableOfType(
            OutputException.class, () -> SinkFactory.forOutput(output, options).close());
    assertThat(failure).as("refusal of %s", output).isNotNull();
    assertThat(failure.getMessage()).doesNotContain("\n");
    return failure;
  }
}
