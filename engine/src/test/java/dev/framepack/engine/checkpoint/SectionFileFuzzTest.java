package dev.framepack.engine.checkpoint;

import dev.framepack.engine.Fuzz;
import dev.framepack.engine.FuzzFolder;
import dev.framepack.engine.Refused;

/** A section's latents are what was written or are refused by type. */
final class SectionFileFuzzTest {
  private static final FuzzFolder FOLDER = FuzzFolder.create();

  @Fuzz
  void section(byte[] content) {
    Refused.orDone(() -> SectionFile.read(FOLDER.write(SectionFile.name(0), content)));
  }
}
