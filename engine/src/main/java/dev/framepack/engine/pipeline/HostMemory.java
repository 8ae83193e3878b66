package dev.framepack.engine.pipeline;

import com.sun.management.OperatingSystemMXBean;
import dev.framepack.engine.OutOfHostMemoryException;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Refuses a model the machine can never hold before anything is read, where loading it would bring
 * the machine down.
 */
public final class HostMemory {
  private HostMemory() {}

  /** Memory of this machine or container. */
  public static long machineBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  /** Checks the weights of all components against the machine's (or container's) memory. */
  static void requireRoomFor(long weightBytes) {
    requireRoomFor(weightBytes, machineBytes());
  }

  static void requireRoomFor(long bytes, long machineBytes) {
    if (bytes > machineBytes) {
      throw new OutOfHostMemoryException(
          "HOST_MEMORY",
          String.format(
              Locale.ROOT,
              "the weights take %.1f GB, this machine has %.1f GB",
              bytes / 1e9,
              machineBytes / 1e9),
          "use a machine with more memory, half precision or a smaller model",
          null);
    }
  }
}
