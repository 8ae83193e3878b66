package dev.framepack.weights;

import dev.framepack.weights.FileHeader.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checked header of a safetensors file: 8 bytes little-endian length N, N bytes of UTF-8 JSON,
 * then the data. Checks and their order are those of the reference reader; where this one is
 * stricter (duplicate and empty names, limits) the README of the module says so.
 */
final class SafetensorsHeader {
  static final long MAX_HEADER_BYTES = 100_000_000;
  static final int LENGTH_BYTES = 8;

  private SafetensorsHeader() {}

  static FileHeader read(Path file, FileChannel channel, long fileBytes) throws IOException {
    if (fileBytes < LENGTH_BYTES) {
      throw WeightException.in(
          WeightError.ST_HEADER_TOO_SMALL,
          file,
          "the file has %s bytes, expected at least %s".formatted(fileBytes, LENGTH_BYTES));
    }
    long headerBytes = headerLength(file, channel, fileBytes);
    HeaderText.check(file, channel, headerBytes);
    SafetensorsHeaderParser.Result parsed =
        new SafetensorsHeaderParser(file).parse(HeaderText.stream(channel, headerBytes));
    long dataStart = LENGTH_BYTES + headerBytes;
    SafetensorsLayout.check(file, parsed.entries(), fileBytes - dataStart);
    return new FileHeader(byName(parsed.entries()), parsed.metadata(), dataStart);
  }

  private static long headerLength(Path file, FileChannel channel, long fileBytes)
      throws IOException {
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    HeaderText.readFully(channel, length, 0);
    long headerBytes = length.flip().getLong();
    if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
      ForeignFormat.refuse(file, channel);
      throw WeightException.in(
          WeightError.ST_HEADER_TOO_LARGE,
          file,
          "the header length field says %s bytes, limit %s"
              .formatted(Long.toUnsignedString(headerBytes), MAX_HEADER_BYTES));
    }
    if (headerBytes > fileBytes - LENGTH_BYTES) {
      ForeignFormat.refuse(file, channel);
      throw WeightException.in(
          WeightError.ST_HEADER_LENGTH,
          file,
          "the header length field says %s bytes, the file has %s after it"
              .formatted(headerBytes, fileBytes - LENGTH_BYTES));
    }
    return headerBytes;
  }

  private static Map<String, Entry> byName(List<Entry> entries) {
    Map<String, Entry> map = LinkedHashMap.newLinkedHashMap(entries.size());
    entries.forEach(entry -> map.put(entry.info().name(), entry));
    return map;
  }
}
