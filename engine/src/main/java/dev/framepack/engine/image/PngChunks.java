package dev.framepack.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG file that carry the picture (PNG specification, third edition, section 5).
 *
 * <p>Compressed texts and profiles are never unpacked: a small file can hold gigabytes of them.
 */
final class PngChunks {

  private static final int SIGNATURE_BYTES = 8;
  // Length, type and checksum.
  private static final int FRAME_BYTES = 12;

  private final byte[] file;
  private final List<Chunk> picture;
  private final ExifOrientation orientation;

  private record Chunk(String type, int offset, int bytes) {}

  private PngChunks(byte[] file, List<Chunk> picture, ExifOrientation orientation) {
    this.file = file;
    this.picture = picture;
    this.orientation = orientation;
  }

  static PngChunks parse(byte[] file) throws DamagedImageException {
    ByteBuffer in = ByteBuffer.wrap(file);
    List<Chunk> picture = new ArrayList<>();
    ExifOrientation orientation = ExifOrientation.NORMAL;
    int offset = SIGNATURE_BYTES;
    boolean ended = false;
    while (!ended) {
      if (file.length - offset < FRAME_BYTES) {
        throw new DamagedImageException("it is cut short at byte " + file.length);
      }
      int data = in.getInt(offset);
      String type = new String(file, offset + 4, 4, ISO_8859_1);
      if (data < 0 || data > file.length - offset - FRAME_BYTES) {
        throw new DamagedImageException("chunk at byte " + offset + " goes beyond the file's end");
      }
      Chunk chunk = new Chunk(type, offset, data + FRAME_BYTES);
      switch (type) {
        case "IHDR", "PLTE", "IDAT", "IEND" -> {
          checkSum(in, chunk);
          picture.add(chunk);
          ended = type.equals("IEND");
        }
        case "eXIf" -> orientation = ExifOrientation.ofTiff(in.slice(offset + 8, data));
        default -> checkAncillary(type, offset);
      }
      offset += chunk.bytes();
    }
    checkHeader(picture);
    return new PngChunks(file, picture, orientation);
  }

  int width() {
    return ByteBuffer.wrap(file).getInt(SIGNATURE_BYTES + 8);
  }

  int height() {
    return ByteBuffer.wrap(file).getInt(SIGNATURE_BYTES + 12);
  }

  ExifOrientation orientation() {
    return orientation;
  }

  /** The file with nothing but its header, palette and pixels. */
  byte[] withoutAncillary() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.write(file, 0, SIGNATURE_BYTES);
    for (Chunk chunk : picture) {
      out.write(file, chunk.offset(), chunk.bytes());
    }
    return out.toByteArray();
  }

  private static void checkHeader(List<Chunk> picture) throws DamagedImageException {
    Chunk first = picture.getFirst();
    if (!first.type().equals("IHDR")
        || first.offset() != SIGNATURE_BYTES
        || first.bytes() != 13 + FRAME_BYTES) {
      throw new DamagedImageException("it does not begin with a header of 13 bytes");
    }
    if (picture.stream().noneMatch(chunk -> chunk.type().equals("IDAT"))) {
      throw new DamagedImageException("it has no pixels");
    }
  }

  private static void checkSum(ByteBuffer in, Chunk chunk) throws DamagedImageException {
    CRC32 crc = new CRC32();
    crc.update(in.array(), chunk.offset() + 4, chunk.bytes() - 8);
    if ((int) crc.getValue() != in.getInt(chunk.offset() + chunk.bytes() - 4)) {
      throw new DamagedImageException(
          "checksum of the " + chunk.type() + " chunk at byte " + chunk.offset() + " is wrong");
    }
  }

  private static void checkAncillary(String type, int offset) throws DamagedImageException {
    // An upper-case first letter marks a chunk a reader must understand.
    if (!Character.isLowerCase(type.charAt(0))) {
      throw new DamagedImageException("unknown critical chunk at byte " + offset);
    }
  }
}
