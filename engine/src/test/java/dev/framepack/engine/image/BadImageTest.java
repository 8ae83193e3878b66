package dev.framepack.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.framepack.engine.ImageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BadImageTest {

  private static final Path IMAGES = Path.of("src/test/resources/images");
  private static final Path NAME = Path.of("input.png");

  @ParameterizedTest
  @CsvSource({"65535, 65535", "65535, 1", "16000, 16000"})
  void m01AGifOfAFewBytesIsNotUnpacked(int width, int height) {
    ByteBuffer gif = ByteBuffer.allocate(35).order(ByteOrder.LITTLE_ENDIAN);
    gif.put("GIF89a".getBytes(StandardCharsets.ISO_8859_1));
    gif.putShort((short) width).putShort((short) height).put((byte) 0x80).putShort((short) 0);
    gif.put(new byte[] {0, 0, 0, -1, -1, -1});
    gif.put((byte) ',').putShort((short) 0).putShort((short) 0);
    gif.putShort((short) width).putShort((short) height).put((byte) 0);
    gif.put(new byte[] {2, 2, 0x4C, 1, 0}).put((byte) ';');
    assertCode(gif.array(), "IMAGE_TOO_LARGE", width + "x" + height);
  }

  @ParameterizedTest
  @CsvSource({"1, 500000000", "65535, 65535", "16385, 1", "16384, 4097"})
  void m02APngThatSaysItIsHugeIsNotUnpacked(int width, int height) {
    assertCode(png(width, height, new byte[0], 0), "IMAGE_TOO_LARGE", width + "x" + height);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zTXt", "iCCP", "iTXt"})
  void m03CompressedTextsAndProfilesAreNotUnpacked(String type) throws IOException {
    byte[] bomb = deflate(new byte[100 << 20]);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.writeBytes("key\0\0".getBytes(StandardCharsets.ISO_8859_1));
    data.writeBytes(bomb);
    byte[] small = PngEncoder.encode(Rgb8Image.of(1, 1, new byte[] {1, 2, 3}));
    byte[] file = insert(small, 33, chunk(type, data.toByteArray()));
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    long before = runtime.totalMemory() - runtime.freeMemory();
    assertThat(ImageDecoder.decode(NAME, file).rgb()).containsExactly(1, 2, 3);
    assertThat(runtime.totalMemory() - runtime.freeMemory() - before).isLessThan(50L << 20);
  }

  @Test
  void m04AJpegThatSaysItIsHugeIsNotUnpacked() throws IOException {
    byte[] jpeg = Files.readAllBytes(IMAGES.resolve("rgb-444.jpg"));
    int frame = indexOf(jpeg, new byte[] {(byte) 0xFF, (byte) 0xC0});
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 65500).putShort(frame + 7, (short) 65500);
    assertCode(jpeg, "IMAGE_TOO_LARGE", "65500x65500");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "rgb-420.jpg", "progressive.jpg", "lossless.webp"})
  void m05AFileCutShortAnywhereIsRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(IMAGES.resolve(name));
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      ImageException failure =
          catchThrowableOfType(ImageException.class, () -> ImageDecoder.decode(NAME, cut));
      assertThat(failure).as("first %d of %d bytes", length, whole.length).isNotNull();
      assertOneLine(failure);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"still.gif", "rgb.bmp", "indexed.bmp", "lossy.webp", "cmyk.jpg"})
  void m05OtherFormatsCutShortFailTypedOrGiveAPicture(String name) throws IOException {
    byte[] whole = Files.readAllBytes(IMAGES.resolve(name));
    for (int length = 1; length < whole.length; length++) {
      assertTypedOrPicture(Arrays.copyOf(whole, length));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.png",
        "indexed.png",
        "rgb-420.jpg",
        "cmyk.jpg",
        "lossy.webp",
        "lossless.webp"
      })
  void m06FlippedBitsFailTypedOrGiveAPicture(String name) throws IOException {
    byte[] whole = Files.readAllBytes(IMAGES.resolve(name));
    Random random = new Random(name.hashCode());
    for (int i = 0; i < 2000; i++) {
      byte[] flipped = whole.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertTypedOrPicture(flipped);
    }
  }

  @Test
  void m06FlippedPixelsOfAPngAreNoticed() throws IOException {
    byte[] png = Files.readAllBytes(IMAGES.resolve("rgb.png"));
    png[png.length / 2] ^= 1;
    assertCode(png, "IMAGE_DECODE", "checksum");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 5", "-1, 5"})
  void m08NoPixelsAreNoPicture(int width, int height) {
    assertCode(png(width, height, new byte[0], 0), "IMAGE_DECODE", width + "x" + height);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 10000", "10000, 1"})
  void m08ThinPicturesAreRead(int width, int height) {
    Rgb8Image image = Rgb8Image.of(width, height, new byte[width * height * 3]);
    assertThat(ImageDecoder.decode(NAME, PngEncoder.encode(image))).isEqualTo(image);
  }

  @Test
  void m09WhatIsNoImageFileIsSaidSo(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("a.png"), "hello, this is text");
    Path empty = Files.createFile(folder.resolve("empty.png"));
    assertFile(text, "no known image");
    assertFile(empty, "empty file");
    assertFile(folder, "directory");
    assertFile(Path.of("https://example.org/a.png"), "no such file");
    assertFile(folder.resolve("line\nbreak.png"), "line\\nbreak.png");
  }

  @Test
  void aFileOverTheLimitIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("big.png");
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), ImageFiles.MAX_FILE_BYTES);
    }
    ImageException failure = catchThrowableOfType(ImageException.class, () -> Rgb8Image.read(file));
    assertThat(failure.code()).isEqualTo("IMAGE_TOO_LARGE");
  }

  @Test
  void aPictureThatDoesNotCompressIsReadAgain(@TempDir Path folder) throws IOException {
    byte[] noise = new byte[4800 * 4800 * Rgb8Image.CHANNELS];
    new Random(1).nextBytes(noise);
    Rgb8Image image = Rgb8Image.wrap(4800, 4800, noise);
    Path file = Files.write(folder.resolve("noise.png"), PngEncoder.encode(image));
    assertThat(Files.size(file)).isGreaterThan(64 << 20);
    assertThat(Arrays.equals(Rgb8Image.read(file).bytes(), noise)).isTrue();
  }

  private static void assertFile(Path file, String part) {
    ImageException failure = catchThrowableOfType(ImageException.class, () -> Rgb8Image.read(file));
    assertThat(failure.code()).isEqualTo("IMAGE_FORMAT");
    assertThat(failure).hasMessageContaining(part);
    assertOneLine(failure);
  }

  private static void assertCode(byte[] file, String code, String part) {
    ImageException failure =
        catchThrowableOfType(ImageException.class, () -> ImageDecoder.decode(NAME, file));
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure).hasMessageContaining(part).hasMessageContaining("input.png");
    assertOneLine(failure);
  }

  private static void assertTypedOrPicture(byte[] file) {
    try {
      assertThat(ImageDecoder.decode(NAME, file).width()).isPositive();
    } catch (ImageException failure) {
      assertOneLine(failure);
    }
  }

  private static void assertOneLine(ImageException failure) {
    assertThat(failure.getMessage()).hasSizeLessThanOrEqualTo(400).doesNotContain("\n", "\r");
  }

  private static byte[] png(int width, int height, byte[] pixels, int colorType) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) 8).put((byte) colorType);
    out.writeBytes(chunk("IHDR", header.array()));
    out.writeBytes(chunk("IDAT", deflate(pixels)));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  private static byte[] chunk(String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    return ByteBuffer.allocate(data.length + 12)
        .putInt(data.length)
        .put(name)
        .put(data)
        .putInt((int) crc.getValue())
        .array();
  }

  private static byte[] deflate(byte[] data) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    deflater.setInput(data);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  private static byte[] insert(byte[] file, int offset, byte[] part) {
    return ByteBuffer.allocate(file.length + part.length)
        .put(file, 0, offset)
        .put(part)
        .put(file, offset, file.length - offset)
        .array();
  }

  private static int indexOf(byte[] file, byte[] pattern) {
    for (int i = 0; i <= file.length - pattern.length; i++) {
      if (Arrays.equals(file, i, i + pattern.length, pattern, 0, pattern.length)) {
        return i;
      }
    }
    throw new AssertionError("pattern not found");
  }
}
