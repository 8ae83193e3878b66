package dev.framepack.kernels.plan;

/** Bytes in use and the most that were in use at one time. Thread-safe. */
public final class MemoryMeter {
  private long bytes;
  private long peakBytes;

  public synchronized void take(long more) {
    bytes += more;
    peakBytes = Math.max(peakBytes, bytes);
  }

  public synchronized void give(long less) {
    bytes -= less;
  }

  public synchronized long bytes() {
    return bytes;
  }

  public synchronized long peakBytes() {
    return peakBytes;
  }
}
