package dev.framepack.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes 8-bit RGB PNG files (PNG specification, third edition), lossless and the same bytes for
 * the same picture.
 *
 * <p>Own code because ImageIO's writer goes through its process-wide cache settings and a copy of
 * the picture.
 */
public final class PngEncoder {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int BIT_DEPTH = 8;
  private static final int TRUE_COLOR = 2;
  // Each byte minus the one of the pixel to its left: cheap, and good on smooth pictures.
  private static final int FILTER_SUB = 1;

  private PngEncoder() {}

  public static byte[] encode(Rgb8Image image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(image.width()).putInt(image.height());
    header.put((byte) BIT_DEPTH).put((byte) TRUE_COLOR);
    writeChunk(out, "IHDR", header.array());
    writeChunk(out, "IDAT", compressed(image));
    writeChunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static byte[] compressed(Rgb8Image image) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream zip = new DeflaterOutputStream(out, deflater)) {
      int rowBytes = image.width() * Rgb8Image.CHANNELS;
      byte[] row = new byte[rowBytes];
      for (int y = 0; y < image.height(); y++) {
        filterRow(image.bytes(), y * rowBytes, row);
        zip.write(FILTER_SUB);
        zip.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  private static void filterRow(byte[] rgb, int start, byte[] row) {
    for (int i = 0; i < row.length; i++) {
      int left = i < Rgb8Image.CHANNELS ? 0 : rgb[start + i - Rgb8Image.CHANNELS];
      row[i] = (byte) (rgb[start + i] - left);
    }
  }

  private static void writeChunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] typeBytes = type.getBytes(ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(typeBytes);
    crc.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(typeBytes);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
