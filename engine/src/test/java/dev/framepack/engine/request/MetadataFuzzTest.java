package dev.framepack.engine.request;

import dev.framepack.engine.Fuzz;
import dev.framepack.engine.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What lies beside or inside an output says how it was made, or is refused by type. */
final class MetadataFuzzTest {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final Path FOLDER = folder();

  private static Path folder() {
    try {
      Path folder =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "fuzz")
              : Files.createTempDirectory("fuzz");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(String file, byte[] content, String output) {
    try {
      Path path = Files.write(FOLDER.resolve(file), content);
      path.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Refused.orDone(() -> OutputMetadata.read(FOLDER.resolve(output)).toBuilder(List.of()).build());
  }

  @Fuzz
  void jsonBesideAnOutput(byte[] content) {
    read("video.y4m.json", content, "video.y4m");
  }

  @Fuzz
  void commentInAnMp4(byte[] content) {
    read("video.mp4", content, "video.mp4");
  }
}
