package dev.framepack.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.CheckpointException;
import dev.framepack.engine.OutputException;
import dev.framepack.engine.pipeline.SectionJournal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint from its begin to its end. */
final class CheckpointTest {
  @TempDir Path root;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path written(int plans) {
    try (Checkpoint checkpoint = StoredSections.create(root)) {
      for (int plan = 0; plan < plans; plan++) {
        StoredSections.add(checkpoint, plan);
      }
      return checkpoint.folder();
    }
  }

  @Test
  void whatWasWrittenIsFoundAgain() {
    Path folder = written(2);
    try (Checkpoint resumed = StoredSections.resume(folder)) {
      assertThat(resumed.request()).isEqualTo(StoredSections.REQUEST);
      assertThat(resumed.finishedPlans()).isEqualTo(2);
      SectionJournal journal = resumed.journal(stored -> {});
      for (int plan = 0; plan < 2; plan++) {
        SectionJournal.Entry found = journal.find(StoredSections.plans().get(plan)).orElseThrow();
        SectionJournal.Entry expected = StoredSections.entry(plan);
        assertThat(found.window().values()).isEqualTo(expected.window().values());
        assertThat(found.window().frames()).isEqualTo(8 + plan);
        assertThat(found.noise()).isEqualTo(expected.noise());
        assertThat(found.historyNoise()).isEqualTo(expected.historyNoise());
      }
      assertThat(journal.find(StoredSections.plans().get(2))).isEmpty();
    }
  }

  @Test
  void itGoesOnAfterItWasTakenUp() {
    Path folder = written(1);
    try (Checkpoint resumed = StoredSections.resume(folder)) {
      StoredSections.add(resumed, 1);
      assertThat(resumed.finishedPlans()).isEqualTo(2);
    }
    assertThat(StoredJob.read(folder).finishedPlans()).isEqualTo(2);
  }

  @Test
  void whatAnEarlierProcessLeftUnfinishedIsRemoved() throws IOException {
    Path folder = written(1);
    List<String> whole = names(folder);
    Files.writeString(folder.resolve("manifest.json.tmp"), "half");
    Files.writeString(folder.resolve(SectionFile.name(1)), "half");
    StoredSections.resume(folder).close();
    assertThat(names(folder)).isEqualTo(whole).contains("lock", "manifest.json");
  }

  @Test
  void onlyOneMayHoldIt() {
    try (Checkpoint checkpoint = StoredSections.create(root)) {
      assertThatThrownBy(() -> StoredSections.resume(checkpoint.folder()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("CHECKPOINT_LOCKED");
    }
  }

  @Test
  void anIdThatIsTakenIsToldAndTheOtherJobIsLeftAlone() {
    Path folder = written(1);
    assertThatThrownBy(() -> StoredSections.create(root))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("CHECKPOINT_EXISTS");
    assertThat(StoredJob.read(folder).finishedPlans()).isEqualTo(1);
  }

  /** Closing any channel of a file frees a process's locks on it (fcntl), whoever took them. */
  @Test
  void aRefusalHereLetsNoOtherProcessIn() throws Exception {
    try (Checkpoint checkpoint = StoredSections.create(root)) {
      Path folder = checkpoint.folder();
      Path link = Files.createSymbolicLink(root.resolve("link"), folder);
      for (Path way : List.of(folder, link)) {
        assertThatThrownBy(() -> DurableFolder.open(way)).hasMessageContaining("CHECKPOINT_LOCKED");
      }
      assertThat(isFreeForOthers(folder)).isFalse();
    }
    assertThat(isFreeForOthers(root.resolve(StoredJob.folderName(StoredSections.JOB)))).isTrue();
  }

  private boolean isFreeForOthers(Path folder) throws Exception {
    Path program =
        Files.writeString(
            root.resolve("TryLock.java"),
            """
            void main(String[] file) throws Exception {
              try (var channel = java.nio.channels.FileChannel.open(
                  java.nio.file.Path.of(file[0]), java.nio.file.StandardOpenOption.WRITE)) {
                IO.println(channel.tryLock() == null ? "held" : "free");
              }
            }
            """);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                program.toString(),
                folder.resolve("lock").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said.strip()).isIn("held", "free");
    return said.strip().equals("free");
  }

  @Test
  void nothingIsLeftOfOneThatIsDiscarded() throws IOException {
    Path folder = written(2);
    try (Checkpoint resumed = StoredSections.resume(folder)) {
      resumed.discard();
    }
    assertThat(names(root)).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void nobodyElseMayReadIt() throws IOException {
    Path folder = written(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    for (String name : names(folder)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
          .as(name)
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aFolderThatIsNoneIsRefused() throws IOException {
    assertThatThrownBy(() -> StoredSections.resume(root.resolve("job-none")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("CHECKPOINT_MISSING");
    assertThatThrownBy(() -> StoredJob.read(Files.createDirectory(root.resolve("job-empty"))))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("found no manifest.json");
  }
}
