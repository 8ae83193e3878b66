package dev.framepack.engine.history;

import dev.framepack.engine.Fuzz;
import dev.framepack.engine.FuzzFolder;
import dev.framepack.engine.Refused;

/** A codebook is one or is refused by type. */
final class HistoryCodebookFuzzTest {
  private static final FuzzFolder FOLDER = FuzzFolder.create();

  @Fuzz
  void codebook(byte[] content) {
    Refused.orDone(() -> HistoryCodebook.read(FOLDER.write("book.safetensors", content)));
  }
}
