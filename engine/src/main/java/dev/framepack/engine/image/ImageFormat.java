package dev.framepack.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Optional;

/** The accepted file formats, told by their first bytes. */
enum ImageFormat {
  PNG,
  JPEG,
  WEBP,
  BMP,
  GIF;

  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final byte[] JPEG_SIGNATURE = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};

  static Optional<ImageFormat> of(byte[] file) {
    if (has(file, 0, PNG_SIGNATURE)) {
      return Optional.of(PNG);
    }
    if (has(file, 0, JPEG_SIGNATURE)) {
      return Optional.of(JPEG);
    }
    if (has(file, 0, "RIFF") && has(file, 8, "WEBP")) {
      return Optional.of(WEBP);
    }
    if (has(file, 0, "GIF87a") || has(file, 0, "GIF89a")) {
      return Optional.of(GIF);
    }
    return has(file, 0, "BM") ? Optional.of(BMP) : Optional.empty();
  }

  private static boolean has(byte[] file, int offset, String text) {
    return has(file, offset, text.getBytes(ISO_8859_1));
  }

  private static boolean has(byte[] file, int offset, byte[] signature) {
    int end = offset + signature.length;
    return file.length >= end && Arrays.equals(file, offset, end, signature, 0, signature.length);
  }
}
