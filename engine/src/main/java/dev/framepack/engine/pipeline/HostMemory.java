package dev.framepack.engine.pipeline;

import com.sun.management.OperatingSystemMXBean;
import dev.framepack.engine.OutOfHostMemoryException;
import dev.framepack.engine.binding.Parameter;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.Locale;

/**
 * Refuses a model the machine can never hold before anything is read, where loading it would bring
 * the machine down.
 */
final class HostMemory {
  private HostMemory() {}

  /** Checks F32 weights of all components against the machine's (or container's) memory. */
  static void requireRoomFor(Collection<Parameter> parameters) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      requireRoomFor(parameters, system.getTotalMemorySize());
    }
  }

  static void requireRoomFor(Collection<Parameter> parameters, long machineBytes) {
    long bytes = 0;
    for (Parameter parameter : parameters) {
      bytes =
          Math.addExact(bytes, Math.multiplyExact(Float.BYTES, parameter.shape().elementCount()));
    }
    if (bytes > machineBytes) {
      throw new OutOfHostMemoryException(
          "HOST_MEMORY",
          String.format(
              Locale.ROOT,
              "the weights take %.1f GB as F32, this machine has %.1f GB",
              bytes / 1e9,
              machineBytes / 1e9),
          "use a machine with more memory or a smaller model",
          null);
    }
  }
}
