package dev.framepack.bench.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What this process holds of the machine; -1 where the system does not tell.
 *
 * @param residentBytes of the whole process
 * @param heapBytes of the Java heap that survive a collection
 * @param nativeBytes committed outside the heap by the JVM and through it, with {@code
 *     -XX:NativeMemoryTracking=summary}
 * @param arenaBytes of tensors
 * @param fileDescriptors open ones
 * @param threads of Java
 */
record ProcessUsage(
    long residentBytes,
    long heapBytes,
    long nativeBytes,
    long arenaBytes,
    long fileDescriptors,
    long threads) {
  static final long UNKNOWN = -1;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern COMMITTED = Pattern.compile("Total:.*committed=(\\d+)KB");
  private static final Pattern HEAP = Pattern.compile("Java Heap \\(.*committed=(\\d+)KB");
  private static final long KIB = 1024;

  /** Collects garbage and looks. */
  static ProcessUsage now(long arenaBytes) {
    System.gc();
    return new ProcessUsage(
        residentNow(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        nativeNow(),
        arenaBytes,
        descriptorsNow(),
        ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private static long residentNow() {
    try {
      return kibibytes(RESIDENT, Files.readString(STATUS));
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  private static long kibibytes(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Long.parseLong(matcher.group(1)) * KIB : UNKNOWN;
  }

  private static long descriptorsNow() {
    try (Stream<Path> open = Files.list(DESCRIPTORS)) {
      return open.count();
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  private static long nativeNow() {
    try {
      Object text =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "vmNativeMemory",
                  new Object[] {new String[] {"summary"}},
                  new String[] {String[].class.getName()});
      long all = kibibytes(COMMITTED, String.valueOf(text));
      return all == UNKNOWN ? UNKNOWN : all - Math.max(0, kibibytes(HEAP, String.valueOf(text)));
    } catch (JMException e) {
      return UNKNOWN;
    }
  }
}
