package dev.framepack.kernels.emulator.memory;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.gpu.device.DeviceOutOfMemoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** All buffers of a device. Thread-safe. */
public final class GlobalMemory {
  private final long totalBytes;
  private final List<DeviceBuffer> buffers = new ArrayList<>();
  private long usedBytes;
  private long peakBytes;

  public GlobalMemory(long totalBytes) {
    this.totalBytes = totalBytes;
  }

  /** A new buffer of undefined content. */
  public synchronized DeviceBuffer allocate(String purpose, long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "allocate %s: expected at least 1 byte, found %s".formatted(purpose, bytes));
    }
    if (bytes > totalBytes - usedBytes) {
      throw new DeviceOutOfMemoryException(
          String.format(
              Locale.ROOT,
              "%s: %,d bytes asked for, %,d free of %,d on the emulated device; free something",
              purpose,
              bytes,
              totalBytes - usedBytes,
              totalBytes));
    }
    if (bytes > Integer.MAX_VALUE - 16) {
      throw new DeviceOutOfMemoryException(
          String.format(
              Locale.ROOT,
              "%s: %,d bytes asked for in one piece; the emulator holds up to 2 GiB each",
              purpose,
              bytes));
    }
    DeviceBuffer buffer = new DeviceBuffer(buffers.size() + 1, purpose, (int) bytes);
    buffers.add(buffer);
    usedBytes += bytes;
    peakBytes = Math.max(peakBytes, usedBytes);
    return buffer;
  }

  public synchronized void free(DeviceBuffer buffer) {
    if (!buffer.isFreed()) {
      usedBytes -= buffer.byteSize();
      buffer.free();
    }
  }

  public synchronized long freeBytes() {
    return totalBytes - usedBytes;
  }

  public synchronized long usedBytes() {
    return usedBytes;
  }

  /** Most bytes that were allocated at one time. */
  public synchronized long peakBytes() {
    return peakBytes;
  }

  /** The buffer an address names, freed or not; null when none ever had it. */
  public synchronized @Nullable DeviceBuffer at(long address) {
    long number = address >>> DeviceBuffer.ADDRESS_BITS;
    return number >= 1 && number <= buffers.size() ? buffers.get((int) number - 1) : null;
  }

  /**
   * The live buffer that holds the whole range.
   *
   * @param what what is done with it, for the message
   */
  public DeviceBuffer require(String what, long address, long bytes) {
    DeviceBuffer buffer = at(address);
    if (buffer == null
        || buffer.isFreed()
        || bytes < 0
        || address - buffer.address() + bytes > buffer.byteSize()) {
      throw new EmulationException(
          EmulationException.Kind.OUT_OF_RANGE,
          String.format(
              Locale.ROOT,
              "%s: %,d bytes at %s; expected a range inside one live allocation",
              what,
              bytes,
              describe(address)));
    }
    return buffer;
  }

  /** An address in words: buffer and offset. */
  public String describe(long address) {
    DeviceBuffer buffer = at(address);
    if (buffer == null) {
      return "0x%x (no allocation)".formatted(address);
    }
    return String.format(
        Locale.ROOT,
        "0x%x (byte %,d of %s\"%s\", %,d bytes)",
        address,
        address - buffer.address(),
        buffer.isFreed() ? "freed " : "",
        buffer.purpose(),
        buffer.byteSize());
  }

  /** Frees everything. */
  public synchronized void close() {
    buffers.forEach(this::free);
  }
}
