package dev.framepack.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.framepack.engine.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F09: a checkpoint that is not what was written, or not for this engine, is refused by name. */
final class CheckpointTamperingTest {
  @TempDir Path root;
  private Path folder = Path.of("");

  @BeforeEach
  void write() {
    folder = written(StoredSections.JOB);
  }

  private Path written(String job) {
    try (Checkpoint checkpoint = StoredSections.create(root, job)) {
      StoredSections.add(checkpoint, 0);
      StoredSections.add(checkpoint, 1);
      return checkpoint.folder();
    }
  }

  private CheckpointException refusal() {
    Throwable refusal = catchThrowable(() -> StoredSections.resume(folder).close());
    assertThat(refusal).isInstanceOf(CheckpointException.class);
    assertThat(refusal.getMessage()).doesNotContain("\n").hasSizeLessThanOrEqualTo(400);
    return (CheckpointException) refusal;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.endsWith("lock")).sorted().toList();
    }
  }

  @Test
  void aFileThatIsCutOffIsNamed() throws IOException {
    assertThat(files()).hasSize(4); // manifest, picture, two sections
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      for (int length : new int[] {0, whole.length / 2, whole.length - 1}) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThat(refusal()).hasMessageContaining(file.getFileName().toString());
      }
      Files.write(file, whole);
    }
    StoredSections.resume(folder).close();
  }

  @Test
  void aFileThatIsGoneIsNamed() throws IOException {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      Files.delete(file);
      assertThat(refusal()).hasMessageContaining(file.getFileName().toString());
      Files.write(file, whole);
    }
  }

  /** Of a picture only pixels count, so a bit may change that no decoder looks at. */
  @Test
  void flippedBitsOfManifestAndSectionsAreSeen() throws IOException {
    Random random = new Random(20261127);
    for (Path file : files()) {
      if (file.toString().endsWith(".png")) {
        continue;
      }
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < 150; i++) {
        byte[] changed = whole.clone();
        int at = random.nextInt(whole.length);
        changed[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, changed);
        Throwable refusal = catchThrowable(() -> StoredSections.resume(folder).close());
        assertThat(refusal).as("%s, byte %d", file, at).isInstanceOf(CheckpointException.class);
      }
      Files.write(file, whole);
    }
    StoredSections.resume(folder).close();
  }

  @Test
  void aFileOfAnotherJobIsRefused() throws IOException {
    Path other = written("two");
    Path section = folder.resolve(SectionFile.name(0));
    Files.copy(other.resolve(SectionFile.name(0)), section, StandardCopyOption.REPLACE_EXISTING);
    assertThat(refusal()).hasMessageContaining("section-0001.safetensors: sha256: expected");
    Files.copy(
        other.resolve(Manifest.FILE),
        folder.resolve(Manifest.FILE),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(refusal()).hasMessageContaining("job: expected job-one").hasMessageContaining("two");
  }

  @Test
  void twoSectionsThatChangedPlacesAreRefused() throws IOException {
    byte[] first = Files.readAllBytes(folder.resolve(SectionFile.name(0)));
    byte[] second = Files.readAllBytes(folder.resolve(SectionFile.name(1)));
    Files.write(folder.resolve(SectionFile.name(0)), second);
    Files.write(folder.resolve(SectionFile.name(1)), first);
    assertThat(refusal()).hasMessageContaining(SectionFile.name(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"engine.version", "engine.backend", "model.transformer/a.safetensors", "new"})
  void whatWasMadeBySomethingElseIsRefusedByTheFieldThatDiffers(String field) {
    Map<String, String> facts = new LinkedHashMap<>(StoredSections.IDENTITY.facts());
    facts.put(field, "other");
    Throwable refusal =
        catchThrowable(
            () -> Checkpoint.resume(folder, StoredSections.REQUEST, new RunIdentity(facts)));
    assertThat(refusal)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("CHECKPOINT_FOREIGN")
        .hasMessageContaining(field + ": expected")
        .hasMessageContaining("found other");
    StoredSections.resume(folder).close();
  }

  @Test
  void aRequestThatNobodyCouldHaveMadeIsRefused() throws IOException {
    Path file = folder.resolve(Manifest.FILE);
    Manifest manifest = Manifest.decode(file, Files.readAllBytes(file));
    Map<String, Object> request = new LinkedHashMap<>(manifest.request());
    request.put("steps", 0);
    Manifest forged =
        new Manifest(
            manifest.job(), manifest.identity(), manifest.setup(), request, manifest.plans());
    Files.write(file, forged.encode());
    assertThat(refusal()).hasMessageContaining("steps must be 1 to 100, found 0");
  }

  @Test
  void anotherFormatIsToldAsSuch() throws IOException {
    Path manifest = folder.resolve(Manifest.FILE);
    String text = Files.readString(manifest, StandardCharsets.US_ASCII);
    Files.writeString(manifest, text.replace("\"format\" : 1", "\"format\" : 2"));
    assertThat(refusal())
        .hasMessageContaining("CHECKPOINT_FORMAT")
        .hasMessageContaining("format: expected 1, found 2");
  }
}
