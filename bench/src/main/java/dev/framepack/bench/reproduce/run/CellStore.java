package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code cells.jsonl}: one finished cell a line, on disk before the next begins. A line counts once
 * its end is there; what a stop tore off is cut away when the file is opened again.
 */
public final class CellStore implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final FileChannel channel;
  private final Map<String, CellRecord> byKey = new HashMap<>();

  private CellStore(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens or begins the file of a folder.
   *
   * @throws OutputException {@code CELLS_DAMAGED} naming the line that cannot be read, {@code
   *     OUTPUT_IO} when the file cannot be read or written
   */
  public static CellStore open(RunFolder folder) {
    Path file = folder.cells();
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      CellStore store = new CellStore(file, channel);
      try {
        store.load();
        return store;
      } catch (IOException | RuntimeException e) {
        store.close();
        throw e;
      }
    } catch (IOException e) {
      throw AtomicFile.failure(file, e);
    }
  }

  private void load() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int whole = bytes.length;
    while (whole > 0 && bytes[whole - 1] != '\n') {
      whole--;
    }
    List<String> lines = new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      CellRecord record = parse(lines.get(i), i + 1);
      byKey.put(record.key(), record);
    }
    channel.truncate(whole);
    channel.position(whole);
  }

  private CellRecord parse(String line, int number) {
    try {
      return JSON.readValue(line, CellRecord.class);
    } catch (JacksonException e) {
      throw new OutputException(
          "CELLS_DAMAGED",
          "%s line %s: expected a cell, found %s"
              .formatted(file, number, e.getOriginalMessage().lines().findFirst().orElse("")),
          "remove the line or choose another --output",
          e);
    }
  }

  /** The latest record of this key. */
  public Optional<CellRecord> find(String key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /**
   * Adds a record; on disk when this returns.
   *
   * @throws OutputException {@code OUTPUT_IO} when it cannot be written
   */
  public void append(CellRecord record) {
    String line = JSON.writeValueAsString(record) + "\n";
    try {
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      throw AtomicFile.failure(file, e);
    }
    byKey.put(record.key(), record);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw AtomicFile.failure(file, e);
    }
  }
}
