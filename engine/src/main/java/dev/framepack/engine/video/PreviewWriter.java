package dev.framepack.engine.video;

import dev.framepack.engine.image.PngEncoder;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Writes one picture per section, {@code section_000.png} and so on, its frames side by side;
 * replaces older ones.
 */
public final class PreviewWriter {

  private final Path directory;

  /** Previews in the directory, which is created if its parent exists. */
  public PreviewWriter(Path directory) {
    this.directory = directory.toAbsolutePath();
    try {
      if (!Files.isDirectory(this.directory)) {
        Files.createDirectory(this.directory);
      }
    } catch (IOException e) {
      throw OutputErrors.notWritable(this.directory, e);
    }
  }

  /**
   * @param section number of the section in order of generation, from 0
   * @param frames one or more frames of equal size
   * @return the file written
   */
  public Path write(int section, List<Rgb8Image> frames) {
    Path file = directory.resolve(String.format(Locale.ROOT, "section_%03d.png", section));
    Path part = directory.resolve(file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      Files.write(part, PngEncoder.encode(sideBySide(frames)), StandardOpenOption.CREATE_NEW);
      return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      deleteQuietly(part, e);
      throw OutputErrors.writeFailed(file, e);
    }
  }

  private static void deleteQuietly(Path part, IOException reason) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private static Rgb8Image sideBySide(List<Rgb8Image> frames) {
    int frameWidth = frames.getFirst().width();
    int height = frames.getFirst().height();
    int width = Math.multiplyExact(frameWidth, frames.size());
    int rowBytes = frameWidth * Rgb8Image.CHANNELS;
    byte[] sheet = new byte[Math.multiplyExact(width * Rgb8Image.CHANNELS, height)];
    for (int i = 0; i < frames.size(); i++) {
      Rgb8Image frame = frames.get(i);
      if (frame.width() != frameWidth || frame.height() != height) {
        throw new IllegalArgumentException(
            "preview frame %s: expected %sx%s, found %s".formatted(i, frameWidth, height, frame));
      }
      for (int y = 0; y < height; y++) {
        frame.buffer().get(y * rowBytes, sheet, (y * frames.size() + i) * rowBytes, rowBytes);
      }
    }
    return Rgb8Image.wrap(width, height, sheet);
  }
}
