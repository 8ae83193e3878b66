package dev.framepack.engine.image;

import dev.framepack.engine.Fuzz;
import dev.framepack.engine.Refused;
import java.io.IOException;
import java.nio.file.Path;

/** Bytes that may be a picture are one or are refused by type. */
final class ImageFuzzTest {
  private static final Path NAME = Path.of("picture");
  private static final long MAX_PIXELS = 64 * 64;

  /** The engine's own reading: format, size, orientation, structure; many times faster. */
  @Fuzz
  void structure(byte[] content) {
    ImageFormat format = ImageFormat.of(content).orElse(null);
    if (format == null) {
      return;
    }
    try {
      switch (format) {
        case PNG -> PngChunks.parse(content).withoutAncillary();
        case JPEG -> JpegHeader.parse(content);
        case WEBP -> WebpChunks.check(content);
        case BMP, GIF -> {} // read by the JDK alone
      }
    } catch (IOException e) {
      // DamagedImageException above all: a refusal that ImageDecoder gives its code
      return;
    }
  }

  /** The whole way, the JDK's readers included; large pictures would only repeat it slowly. */
  @Fuzz
  void picture(byte[] content) {
    Refused.orDone(() -> ImageDecoder.decode(NAME, content, MAX_PIXELS));
  }
}
