package dev.framepack.engine.timeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.framepack.engine.Fuzz;
import dev.framepack.engine.Refused;

/** Which section has which image is understood or refused by type, before any file is read. */
final class TimelineFuzzTest {

  @Fuzz
  void sectionImages(byte[] text) {
    Refused.orDone(() -> SectionImages.parts(new String(text, UTF_8)));
  }
}
