package dev.framepack.engine.image;

import dev.framepack.engine.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The limits of image input, and the failures that say they were exceeded. */
final class ImageFiles {

  static final int MAX_SIDE = 16_384;
  static final long MAX_PIXELS = 64L << 20;

  /** Any picture of {@link #MAX_PIXELS} fits, however noisy: a checkpoint must be read again. */
  static final int MAX_FILE_BYTES = 208 << 20;

  private ImageFiles() {}

  /** The whole file, at most {@link #MAX_FILE_BYTES}. */
  static byte[] readBounded(Path file) {
    if (Files.isDirectory(file)) {
      throw format(file, "expected an image file, found a directory", null);
    }
    if (!Files.isRegularFile(file)) {
      throw format(file, "expected an image file, found no such file", null);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw new ImageException(
            "IMAGE_TOO_LARGE",
            "%s: expected a file of at most %s bytes, found more".formatted(file, MAX_FILE_BYTES),
            "save the picture smaller",
            null);
      }
      if (bytes.length == 0) {
        throw format(file, "expected an image file, found an empty file", null);
      }
      return bytes;
    } catch (IOException e) {
      throw format(file, "cannot be read: " + e, e);
    }
  }

  /** Refuses sizes above the limits; to be called before any pixel is decoded. */
  static void checkSize(Path file, int width, int height, long maxPixels) {
    if (width < 1 || height < 1) {
      throw decode(
          file, "expected at least 1x1 pixels, found %sx%s".formatted(width, height), null);
    }
    if (width > MAX_SIDE || height > MAX_SIDE || (long) width * height > maxPixels) {
      throw new ImageException(
          "IMAGE_TOO_LARGE",
          "%s: expected sides of at most %s and at most %s pixels, found %sx%s"
              .formatted(file, MAX_SIDE, maxPixels, width, height),
          "scale the picture down",
          null);
    }
  }

  static ImageException tooLargeForHeap(Path file, Throwable cause) {
    return new ImageException(
        "IMAGE_TOO_LARGE",
        file + ": the Java heap is too small to decode it",
        "scale the picture down or give the program more heap",
        cause);
  }

  static ImageException format(Path file, String problem, @Nullable Throwable cause) {
    return new ImageException(
        "IMAGE_FORMAT", file + ": " + problem, "give a PNG, JPEG, WebP, BMP or GIF file", cause);
  }

  static ImageException decode(Path file, String problem, @Nullable Throwable cause) {
    return new ImageException(
        "IMAGE_DECODE", file + ": " + problem, "save the picture again as PNG or JPEG", cause);
  }
}
