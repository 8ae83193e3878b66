package dev.framepack.kernels;

import java.util.Map;
import java.util.TreeMap;

/** Bytes in use and the most that were in use at one time, together and by purpose. Thread-safe. */
public final class MemoryMeter {

  /**
   * What was taken.
   *
   * @param bytes in use
   * @param peakBytes most in use at one time
   */
  public record Use(long bytes, long peakBytes) {
    static final Use NONE = new Use(0, 0);

    Use plus(long more) {
      return new Use(bytes + more, Math.max(peakBytes, bytes + more));
    }
  }

  private Use total = Use.NONE;
  private final Map<String, Use> uses = new TreeMap<>();

  /** Counts bytes that were taken. */
  public synchronized void take(String purpose, long more) {
    change(purpose, more);
  }

  /** Counts bytes that were freed. */
  public synchronized void give(String purpose, long less) {
    change(purpose, -less);
  }

  /** Counts what is in use now, where taking and freeing cannot be seen. */
  public synchronized void set(String purpose, long bytes) {
    change(purpose, bytes - uses.getOrDefault(purpose, Use.NONE).bytes());
  }

  private void change(String purpose, long bytes) {
    total = total.plus(bytes);
    uses.put(purpose, uses.getOrDefault(purpose, Use.NONE).plus(bytes));
  }

  public synchronized long bytes() {
    return total.bytes();
  }

  public synchronized long peakBytes() {
    return total.peakBytes();
  }

  /** By what memory was taken for, everything that ever was. */
  public synchronized Map<String, Use> uses() {
    return Map.copyOf(uses);
  }
}
