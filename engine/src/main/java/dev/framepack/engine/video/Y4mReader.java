package dev.framepack.engine.video;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.image.Rgb8Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * YUV4MPEG2 frame by frame: 4:2:0 and 4:4:4 in 8 bits and 4:4:4 in 10 bits, ITU-R BT.601; what
 * {@link Y4mSink} wrote comes back exactly. Chroma of 4:2:0 is repeated.
 */
final class Y4mReader {
  private static final String MAGIC = "YUV4MPEG2";
  private static final String FRAME = "FRAME";
  private static final int MAX_LINE_BYTES = 1024;
  private static final int MAX_SIDE = 16_384;
  private static final long MAX_PIXELS = 64L << 20;

  private final String name;
  private final InputStream in;
  private final int width;
  private final int height;
  private final boolean fullChroma;
  private final int bits;
  private final boolean fullRange;
  private int frames;

  /**
   * Reads the header.
   *
   * @param name for failures
   * @throws InvalidRequestException {@code CLIP_FORMAT} for anything else than such a file
   */
  Y4mReader(String name, InputStream in) throws IOException {
    this.name = name;
    this.in = in;
    String header = line();
    if (header == null || !header.startsWith(MAGIC)) {
      throw invalid("expected a YUV4MPEG2 file, found another");
    }
    String chroma = "420";
    boolean full = false;
    int foundWidth = 0;
    int foundHeight = 0;
    for (String word : header.substring(MAGIC.length()).strip().split(" +", -1)) {
      if (word.startsWith("W")) {
        foundWidth = number(word);
      } else if (word.startsWith("H")) {
        foundHeight = number(word);
      } else if (word.startsWith("C")) {
        chroma = word.substring(1).toLowerCase(Locale.ROOT);
      } else if (word.equalsIgnoreCase("XCOLORRANGE=FULL")) {
        full = true;
      }
    }
    width = side("width", foundWidth);
    height = side("height", foundHeight);
    if ((long) width * height > MAX_PIXELS) {
      throw invalid("%sx%s pixels are too many".formatted(width, height));
    }
    fullRange = full;
    fullChroma = chroma.startsWith("444");
    bits = chroma.equals("444p10") ? 10 : 8;
    boolean known =
        switch (chroma) {
          case "420", "420jpeg", "420mpeg2", "420paldv", "444", "444p10" -> true;
          default -> false;
        };
    if (!known) {
      throw invalid("colours must be 420, 444 or 444p10, found " + chroma);
    }
  }

  private int side(String what, int pixels) {
    if (pixels < 1 || pixels > MAX_SIDE) {
      throw invalid("%s must be 1 to %s, found %s".formatted(what, MAX_SIDE, pixels));
    }
    return pixels;
  }

  private int number(String word) {
    try {
      return Integer.parseInt(word.substring(1));
    } catch (NumberFormatException e) {
      throw invalid("expected a number of pixels, found " + word);
    }
  }

  /** The next frame, or null at the end. */
  @Nullable Rgb8Image next() throws IOException {
    String line = line();
    if (line == null) {
      return null;
    }
    if (!line.startsWith(FRAME)) {
      throw invalid("frame %s does not begin with FRAME".formatted(frames));
    }
    int bytes = bits > 8 ? 2 : 1;
    int chromaWidth = fullChroma ? width : (width + 1) / 2;
    int chromaHeight = fullChroma ? height : (height + 1) / 2;
    byte[] luma = plane(width * height * bytes);
    byte[] blue = plane(chromaWidth * chromaHeight * bytes);
    byte[] red = plane(chromaWidth * chromaHeight * bytes);
    byte[] rgb = new byte[width * height * Rgb8Image.CHANNELS]; // [H, W, 3]
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int chroma = fullChroma ? y * width + x : (y / 2) * chromaWidth + x / 2;
        color(
            sample(luma, y * width + x),
            sample(blue, chroma),
            sample(red, chroma),
            rgb,
            (y * width + x) * Rgb8Image.CHANNELS);
      }
    }
    frames++;
    return Rgb8Image.wrap(width, height, rgb);
  }

  private byte[] plane(int bytes) throws IOException {
    byte[] plane = in.readNBytes(bytes);
    if (plane.length < bytes) {
      throw invalid("frame %s is cut off".formatted(frames));
    }
    return plane;
  }

  private int sample(byte[] plane, int index) {
    return bits > 8
        ? (plane[2 * index] & 0xFF) | (plane[2 * index + 1] & 0xFF) << 8
        : plane[index] & 0xFF;
  }

  /** BT.601 to 8-bit RGB. */
  private void color(int y, int cb, int cr, byte[] rgb, int at) {
    int scale = 1 << (bits - 8);
    double lumaRange = fullRange ? 255 : 219;
    double chromaRange = fullRange ? 255 : 224;
    double luma = (y - (fullRange ? 0 : 16 * scale)) * 255 / (lumaRange * scale);
    double b = luma + 1.772 * (cb - 128 * scale) * 255 / (chromaRange * scale);
    double r = luma + 1.402 * (cr - 128 * scale) * 255 / (chromaRange * scale);
    double g = (luma - 0.299 * r - 0.114 * b) / 0.587;
    rgb[at] = (byte) Math.clamp(Math.rint(r), 0, 255);
    rgb[at + 1] = (byte) Math.clamp(Math.rint(g), 0, 255);
    rgb[at + 2] = (byte) Math.clamp(Math.rint(b), 0, 255);
  }

  /** Up to the next line feed, without it; null at the end. */
  private @Nullable String line() throws IOException {
    byte[] line = new byte[MAX_LINE_BYTES];
    int length = 0;
    int c = in.read();
    if (c < 0) {
      return null;
    }
    while (c >= 0 && c != '\n') {
      if (length == line.length) {
        throw invalid("a header line has more than %s bytes".formatted(MAX_LINE_BYTES));
      }
      line[length++] = (byte) c;
      c = in.read();
    }
    return new String(line, 0, length, StandardCharsets.ISO_8859_1);
  }

  private InvalidRequestException invalid(String problem) {
    return new InvalidRequestException(
        "CLIP_FORMAT", "clip %s: %s".formatted(name, problem), "convert it to PNG files", null);
  }
}
