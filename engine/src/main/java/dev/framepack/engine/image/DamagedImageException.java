package dev.framepack.engine.image;

import java.io.IOException;

/** Bytes that break the rules of their image format; the decoder adds which file it was. */
final class DamagedImageException extends IOException {
  DamagedImageException(String problem) {
    super(problem);
  }
}
