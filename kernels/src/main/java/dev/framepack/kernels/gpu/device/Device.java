package dev.framepack.kernels.gpu.device;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One GPU, real or emulated. Addresses are 64-bit device addresses. Thread-safe; a call may come
 * from any thread. Every failure is a {@link DeviceException}; after a sticky one the device is
 * dead and each further call says so.
 */
public interface Device extends AutoCloseable {

  DeviceInfo info();

  /**
   * Device memory, content undefined.
   *
   * @throws DeviceOutOfMemoryException with bytes asked for, free and total
   */
  DeviceMemory allocate(String purpose, long bytes);

  /** Page-locked host memory, content undefined: what asynchronous copies read and write. */
  PinnedMemory allocatePinned(String purpose, long bytes);

  /** Sets bytes; returns when done. */
  void fill(long address, long bytes, byte value);

  /**
   * Copies host memory of any kind to the device through pinned staging; returns when done. A
   * mapped file that shrank fails here, in Java, not in the driver.
   */
  void upload(MemorySegment source, long address);

  /** Copies device memory to host memory of any kind; returns when done. */
  void download(long address, MemorySegment target);

  /**
   * Compiles (or finds again) a kernel.
   *
   * @param ptx the program's text
   * @param entry name of its one {@code .entry}
   * @throws DeviceException with the compiler's log
   */
  DeviceFunction load(String ptx, String entry);

  /** Fixes launches, in order, to be replayed with one call that allocates nothing. */
  DeviceGraph record(List<Launch> launches);

  /** Fixes one launch so that {@link DeviceStream#launch} allocates nothing. */
  PreparedLaunch prepare(Launch launch);

  /** An in-order queue of work. */
  DeviceStream openStream(String purpose);

  DeviceEvent openEvent();

  /**
   * A vendor's library of matrix products.
   *
   * @throws DeviceUnavailableException when the device has none of that name; it says why
   */
  default MatrixLibrary matrixLibrary(String name) {
    throw new DeviceUnavailableException(
        "%s: %s has no vendor's libraries, its own kernels serve every operation"
            .formatted(name, info().name()));
  }

  /** Frees everything that is still open. Idempotent. */
  @Override
  void close();
}
