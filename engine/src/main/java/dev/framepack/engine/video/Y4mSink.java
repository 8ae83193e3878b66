package dev.framepack.engine.video;

import dev.framepack.engine.image.Rgb8Image;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * YUV4MPEG2 with 4:4:4 chroma in 10 bits, from which the 8-bit RGB comes back exactly.
 *
 * <p>The format knows no RGB. In 8 bits the way to Y'CbCr and back is off by one or two for most
 * colours; in 10 bits the rounding of Y', Cb and Cr moves no RGB component by more than 0.4, so
 * rounding restores every colour. The matrix is ITU-R BT.601 in the limited range, which programs
 * assume for files that, like these, cannot say.
 */
final class Y4mSink extends StagedSink {

  private static final byte[] FRAME = "FRAME\n".getBytes(StandardCharsets.US_ASCII);
  private static final int PLANES = 3;

  private @Nullable OutputStream out;
  private ByteBuffer planes = ByteBuffer.allocate(0);

  Y4mSink(OutputTarget target) {
    super(target);
  }

  /**
   * Y', Cb and Cr of an 8-bit colour, 10 bits each, in the low, middle and high 10 bits of the
   * result.
   */
  static int toYcc(int red, int green, int blue) {
    double luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    int y = (int) Math.rint(64 + luma * (876 / 255.0));
    int cb = (int) Math.rint(512 + (blue - luma) / 1.772 * (896 / 255.0));
    int cr = (int) Math.rint(512 + (red - luma) / 1.402 * (896 / 255.0));
    return y | cb << 10 | cr << 20;
  }

  @Override
  void open(VideoInfo info) throws IOException {
    out = new BufferedOutputStream(Files.newOutputStream(target().part()));
    String header =
        String.format(
            Locale.ROOT,
            "YUV4MPEG2 W%s H%s F%s:1 Ip A1:1 C444p10 XYSCSS=444P10 XCOLORRANGE=LIMITED\n",
            info.width(),
            info.height(),
            info.framesPerSecond());
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    int planeBytes = Math.multiplyExact(info.width() * Short.BYTES, info.height());
    planes = ByteBuffer.allocate(Math.multiplyExact(planeBytes, PLANES));
  }

  @Override
  void write(Rgb8Image frame) throws IOException {
    ByteBuffer rgb = frame.buffer();
    int planeBytes = planes.capacity() / PLANES;
    for (int at = 0; at < planeBytes; at += Short.BYTES) {
      int ycc = toYcc(rgb.get() & 0xFF, rgb.get() & 0xFF, rgb.get() & 0xFF);
      putLittleEndian(at, ycc);
      putLittleEndian(planeBytes + at, ycc >>> 10);
      putLittleEndian(2 * planeBytes + at, ycc >>> 20);
    }
    stream().write(FRAME);
    stream().write(planes.array());
  }

  @Override
  void finish() throws IOException {
    stream().close();
  }

  @Override
  void release() throws IOException {
    if (out != null) {
      out.close();
    }
  }

  private void putLittleEndian(int at, int value) {
    planes.put(at, (byte) value);
    planes.put(at + 1, (byte) ((value >>> 8) & 0x3));
  }

  private OutputStream stream() {
    if (out == null) {
      throw new IllegalStateException("the file is not open");
    }
    return out;
  }
}
