package dev.framepack.bench.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which pieces of work have begun, on disk before they do. One that takes the device or the process
 * with it is not tried again by the process that goes on.
 */
final class KitJournal implements AutoCloseable {
  private static final String FILE = "begun.txt";
  private static final String TOLD = "-";

  private final Set<String> begun = new HashSet<>();
  private final Writer lines;
  private final Instant begin;
  private final Optional<String> lost;
  private volatile long sinceNanos = System.nanoTime();
  private volatile String last = "";

  private KitJournal(Path file, List<String> before) throws IOException {
    this.begin = before.isEmpty() ? Instant.now() : Instant.parse(before.getFirst());
    begun.addAll(before);
    this.lost =
        Optional.of(before).filter(l -> l.size() > 1).map(List::getLast).filter(this::isWork);
    this.lines =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (before.isEmpty()) {
      write(begin.toString());
    }
  }

  /**
   * @param resumed true to go on where an earlier process ended
   */
  static KitJournal open(Path results, boolean resumed) throws IOException {
    Path file = Files.createDirectories(results).resolve(FILE);
    if (!resumed) {
      Files.deleteIfExists(file);
    }
    return new KitJournal(file, Files.exists(file) ? Files.readAllLines(file) : List.of());
  }

  /** When the first of the processes began. */
  Instant begin() {
    return begin;
  }

  /** What the earlier process ended in without a word. */
  Optional<String> lost() {
    return lost;
  }

  /** False for work that an earlier process began. */
  synchronized boolean begins(String work) {
    sinceNanos = System.nanoTime();
    if (!begun.add(work)) {
      return false;
    }
    write(work);
    last = work;
    return true;
  }

  /** What has begun has a row in the report, whatever becomes of the process. */
  synchronized void told() {
    write(TOLD);
  }

  /** What began last. */
  String last() {
    return last;
  }

  /** Since something began. */
  Duration sinceLast() {
    return Duration.ofNanos(System.nanoTime() - sinceNanos);
  }

  private boolean isWork(String line) {
    return !line.equals(TOLD);
  }

  private void write(String line) {
    try {
      lines.write(line + "\n");
      lines.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
