package dev.framepack.engine.checkpoint;

import dev.framepack.engine.Fuzz;
import dev.framepack.engine.Refused;
import java.nio.file.Path;

/** A checkpoint's manifest is what was written or is refused by type. */
final class ManifestFuzzTest {
  private static final Path NAME = Path.of("manifest.json");

  @Fuzz
  void manifest(byte[] content) {
    Refused.orDone(() -> Manifest.decode(NAME, content));
  }
}
