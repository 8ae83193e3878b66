package dev.framepack.engine.image;

import dev.framepack.engine.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable 8-bit RGB picture: bytes in the order height, width, channel ([H, W, 3]).
 *
 * <p>Safe to share between threads.
 */
public final class Rgb8Image {

  public static final int CHANNELS = 3;

  private final int width;
  private final int height;
  private final byte[] rgb;
  private final @Nullable String fileName;

  private Rgb8Image(int width, int height, byte[] rgb, @Nullable String fileName) {
    if (width < 1 || height < 1 || rgb.length != (long) width * height * CHANNELS) {
      throw new IllegalArgumentException(
          "picture of %sx%s: expected %s bytes of RGB, found %s"
              .formatted(width, height, (long) width * height * CHANNELS, rgb.length));
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
    this.fileName = fileName;
  }

  /** A picture with a copy of the bytes. */
  public static Rgb8Image of(int width, int height, byte[] rgb) {
    return new Rgb8Image(width, height, rgb.clone(), null);
  }

  /** A picture over the array itself; the caller gives it up and must not change it any more. */
  public static Rgb8Image wrap(int width, int height, byte[] rgb) {
    return new Rgb8Image(width, height, rgb, null);
  }

  /**
   * Reads a PNG, JPEG, WebP, BMP or GIF (first frame) file; what it is, its content says, not its
   * name.
   *
   * <p>Colours are those of Pillow's {@code convert("RGB")}: alpha is dropped, indexed colours are
   * looked up, 16-bit colours keep their high byte, 16-bit grey without alpha is clipped to 255,
   * CMYK is converted without a profile, and embedded profiles are ignored. An EXIF orientation is
   * applied.
   *
   * @throws dev.framepack.engine.ImageException {@code IMAGE_FORMAT} when the path holds no picture
   *     of these formats, {@code IMAGE_TOO_LARGE} when file or picture exceed the limits (known
   *     before anything is decoded), {@code IMAGE_DECODE} when the picture is damaged
   */
  public static Rgb8Image read(Path file) {
    Rgb8Image image = ImageDecoder.read(file);
    return new Rgb8Image(image.width, image.height, image.rgb, String.valueOf(file.getFileName()));
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** Name, without folder, of the file it was read from; two equal pictures may differ in it. */
  public Optional<String> fileName() {
    return Optional.ofNullable(fileName);
  }

  /** Hash of width and height as 32-bit big-endian numbers, then the bytes; lower-case hex. */
  public String sha256() {
    MessageDigest digest = Sha256.digest();
    digest.update(ByteBuffer.allocate(2 * Integer.BYTES).putInt(width).putInt(height).flip());
    digest.update(rgb);
    return Sha256.hex(digest);
  }

  /** A copy of the bytes, [H, W, 3]. */
  public byte[] rgb() {
    return rgb.clone();
  }

  /** A read-only view of the bytes, [H, W, 3]. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(rgb).asReadOnlyBuffer();
  }

  /** One sample, 0 to 255; channel 0 is red. */
  public int sample(int x, int y, int channel) {
    return rgb[(y * width + x) * CHANNELS + channel] & 0xFF;
  }

  /** The bytes themselves, for readers in this package. */
  byte[] bytes() {
    return rgb;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rgb8Image image
        && width == image.width
        && height == image.height
        && Arrays.equals(rgb, image.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "Rgb8Image[" + width + "x" + height + "]";
  }
}
