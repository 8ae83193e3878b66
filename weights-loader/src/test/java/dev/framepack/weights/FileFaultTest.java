package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.framepack.weights.config.VaeConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be read (W22) and files that change under the reader (W21). */
class FileFaultTest {
  private static final int COUNT = 1 << 20;

  @TempDir Path folder;

  private Path bigFile(float first) throws IOException {
    float[] values = new float[COUNT];
    values[0] = first;
    values[COUNT - 1] = first;
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(
        file, List.of(WeightTensor.ofFloats("w", new long[] {COUNT}, values)), Map.of());
    return file;
  }

  @Test
  void missingFile() {
    Path file = folder.resolve("nothing.safetensors");
    Refusal.of(() -> WeightFile.open(file), "MODEL_IO", "does not exist");
  }

  @Test
  void folderInsteadOfFile() {
    Refusal.of(() -> WeightFile.open(folder), "MODEL_IO", "is a directory");
  }

  @Test
  void danglingLink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nothing"));
    Refusal.of(() -> WeightFile.open(link), "MODEL_IO", "symbolic link whose target");
  }

  @Test
  void linkToItself() throws IOException {
    Path link = folder.resolve("loop");
    Files.createSymbolicLink(link, link);
    Refusal.of(() -> WeightFile.open(link), "MODEL_IO");
  }

  @Test
  @Timeout(20)
  void pipeIsNeverOpened() throws Exception {
    Path pipe = folder.resolve("pipe");
    Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS) && mkfifo.exitValue() == 0).isTrue();
    Refusal.of(() -> WeightFile.open(pipe), "MODEL_IO", "pipe, socket or device");
  }

  @Test
  @Timeout(20)
  void endlessDevice() {
    Refusal.of(() -> WeightFile.open(Path.of("/dev/zero")), "MODEL_IO", "pipe, socket or device");
  }

  /** The superuser may read anything, so there the refusal itself is what can be tested. */
  @Test
  void unreadableFile() throws IOException {
    Path file = bigFile(1);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    if (Files.isReadable(file)) {
      AccessDeniedException denied = new AccessDeniedException(file.toString());
      Refusal.of(
          () -> {
            throw MappedFiles.unreadable(file, denied);
          },
          "MODEL_IO",
          "permission denied");
    } else {
      Refusal.of(() -> WeightFile.open(file), "MODEL_IO", "permission denied");
    }
  }

  @Test
  void truncatedWhileMapped() throws IOException {
    Path path = bigFile(3);
    try (WeightFile file = WeightFile.open(path)) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(4096);
      }
      Refusal.of(() -> file.tensor("w").toFloats(), "MODEL_CHANGED", "'w'");
      Refusal.of(file::requireUnchanged, "MODEL_CHANGED", "4096 bytes");
    }
  }

  @Test
  void writtenToWhileMapped() throws IOException {
    Path path = bigFile(3);
    try (WeightFile file = WeightFile.open(path)) {
      file.requireUnchanged();
      Files.setLastModifiedTime(path, FileTime.fromMillis(0));
      Refusal.of(file::requireUnchanged, "MODEL_CHANGED", "1970-01-01");
    }
  }

  @Test
  void replacedByRenameKeepsTheOldContent() throws IOException {
    Path path = bigFile(3);
    try (WeightFile file = WeightFile.open(path)) {
      bigFile(5);
      assertThat(file.tensor("w").toFloats()[COUNT - 1]).isEqualTo(3);
      file.requireUnchanged();
      Files.delete(path);
      assertThat(file.tensor("w").toFloats()[COUNT - 1]).isEqualTo(3);
      file.requireUnchanged();
    }
  }

  /** Digits, case and grouping of the default locale reach neither messages nor file names. */
  @Test
  void messagesAreTheSameInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    try {
      for (String tag : List.of("ar-EG-u-nu-arab", "tr-TR", "de-DE")) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        Files.write(folder.resolve("short.safetensors"), new byte[7]);
        Refusal.of(
            () -> WeightFile.open(folder.resolve("short.safetensors")),
            "ST_HEADER_TOO_SMALL",
            "7 bytes");
        Files.writeString(folder.resolve("config.json"), "{\"layers_per_block\":-1}");
        Refusal.of(() -> VaeConfig.read(folder), "CONFIG_RANGE", "-1", "from 1 to 64");
        TensorInfo tensor = new TensorInfo("w", StorageType.U8, new long[] {1});
        Path index = SafetensorsWriter.writeHeaderOnlyShards(folder, "i", List.of(tensor), 1);
        assertThat(Files.readString(index)).contains("i-00001-of-00001.safetensors");
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void refusalKeepsItsCause() {
    WeightException refusal =
        catchThrowableOfType(
            WeightException.class, () -> WeightFile.open(folder.resolve("nothing")));
    assertThat(refusal.getCause()).isInstanceOf(IOException.class);
    assertThat(refusal.error()).isEqualTo(WeightError.MODEL_IO);
  }
}
