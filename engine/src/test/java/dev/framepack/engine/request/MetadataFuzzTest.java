package dev.framepack.engine.request;

import dev.framepack.engine.Fuzz;
import dev.framepack.engine.FuzzFolder;
import dev.framepack.engine.Refused;
import java.nio.file.Path;
import java.util.List;

/** What lies beside or inside an output says how it was made, or is refused by type. */
final class MetadataFuzzTest {
  private static final FuzzFolder FOLDER = FuzzFolder.create();

  @Fuzz
  void jsonBesideAnOutput(byte[] content) {
    FOLDER.write("video.y4m.json", content);
    read(FOLDER.path().resolve("video.y4m"));
  }

  @Fuzz
  void commentInAnMp4(byte[] content) {
    read(FOLDER.write("video.mp4", content));
  }

  private static void read(Path output) {
    Refused.orDone(() -> OutputMetadata.read(output).toBuilder(List.of()).build());
  }
}
