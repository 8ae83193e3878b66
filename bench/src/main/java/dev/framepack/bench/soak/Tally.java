package dev.framepack.bench.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What has happened so far. Thread-safe. */
final class Tally {
  /** What is counted, in the order of the report. */
  enum Count {
    JOBS("jobs"),
    COMPLETED("completed"),
    CANCELLED("cancelled"),
    BAD_INPUTS("bad inputs refused"),
    HOST_FAULTS("host memory faults injected"),
    POISONED("results poisoned with NaN"),
    DEVICE_FAULTS("device faults injected"),
    ENGINES_LOST("engines lost with their device"),
    KILLS("processes killed"),
    RESUMES("runs resumed"),
    DISKS_FULL("writes that found the disk full"),
    LOST("outputs lost"),
    CORRUPTED("outputs corrupted"),
    UNEXPECTED("other outcomes than allowed");

    private final String text;

    Count(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    /** True for what must never happen. */
    boolean isViolation() {
      return this == LOST || this == CORRUPTED || this == UNEXPECTED;
    }
  }

  private static final int MAX_NOTES = 50;

  private final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);
  private final List<String> notes = new ArrayList<>();

  Tally() {
    for (Count count : Count.values()) {
      counts.put(count, new LongAdder());
    }
  }

  void add(Count count) {
    add(count, 1);
  }

  void add(Count count, long more) {
    counter(count).add(more);
  }

  /** Counts what must not happen, and says what it was. */
  void violation(Count count, String what) {
    add(count);
    synchronized (notes) {
      if (notes.size() < MAX_NOTES) {
        notes.add(count.text() + ": " + what);
      }
    }
  }

  long get(Count count) {
    return counter(count).sum();
  }

  private LongAdder counter(Count count) {
    LongAdder counter = counts.get(count);
    if (counter == null) {
      throw new IllegalArgumentException("not counted: " + count);
    }
    return counter;
  }

  /** What must not have happened and did, in words; the first {@value #MAX_NOTES}. */
  List<String> notes() {
    synchronized (notes) {
      return List.copyOf(notes);
    }
  }

  boolean isClean() {
    for (Count count : Count.values()) {
      if (count.isViolation() && get(count) > 0) {
        return false;
      }
    }
    return true;
  }
}
