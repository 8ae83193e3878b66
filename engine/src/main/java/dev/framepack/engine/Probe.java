package dev.framepack.engine;

import dev.framepack.engine.video.Ffmpeg;
import dev.framepack.kernels.Backend;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * What a machine offers; never fails.
 *
 * @param java runtime
 * @param system operating system and processors
 * @param cLibrary the C library that native files are loaded against
 * @param memory heap limit and physical memory
 * @param gpu driver, devices and NVIDIA's optional libraries
 * @param backends each backend with what was found
 * @param chosen what {@link BackendKind#AUTO} takes here
 * @param ffmpeg where MP4 is written by, or why it cannot be
 */
public record Probe(
    String java,
    String system,
    String cLibrary,
    String memory,
    GpuProbe gpu,
    List<Finding> backends,
    BackendKind chosen,
    String ffmpeg) {

  private static final int FIRST_DEVICE = 0;

  /**
   * One backend.
   *
   * @param usable whether an engine can be opened on it
   * @param finding its description, or why it was refused
   */
  public record Finding(BackendKind kind, boolean usable, String finding) {}

  public Probe {
    backends = List.copyOf(backends);
  }

  /** Looks. */
  public static Probe run() {
    Runtime runtime = Runtime.getRuntime();
    List<Finding> findings = new ArrayList<>();
    for (BackendKind kind : BackendKind.values()) {
      findings.add(probe(kind, runtime.availableProcessors()));
    }
    return new Probe(
        "%s %s (%s)"
            .formatted(
                System.getProperty("java.vm.name"),
                Runtime.version(),
                System.getProperty("java.vendor")),
        "%s %s %s, %s processors"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                runtime.availableProcessors()),
        describeCLibrary(),
        describeMemory(runtime),
        GpuProbe.run(),
        findings,
        BackendKind.automatic(FIRST_DEVICE),
        findFfmpeg());
  }

  private static String describeCLibrary() {
    try {
      return "glibc " + CLibrary.version();
    } catch (RuntimeException | LinkageError e) {
      return "not glibc, or not to be asked: " + e.getMessage();
    }
  }

  private static Finding probe(BackendKind kind, int threads) {
    try (Backend backend = kind.open(threads)) {
      return new Finding(kind, true, backend.name() + ": " + backend.description());
    } catch (RuntimeException | LinkageError e) {
      return new Finding(kind, false, "refused: " + e.getMessage());
    }
  }

  private static String describeMemory(Runtime runtime) {
    String heap = "heap up to %s MB".formatted(runtime.maxMemory() / 1_000_000);
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? "%s, machine %s MB, free %s MB"
            .formatted(
                heap,
                system.getTotalMemorySize() / 1_000_000,
                system.getFreeMemorySize() / 1_000_000)
        : heap;
  }

  private static String findFfmpeg() {
    try (Ffmpeg ffmpeg = Ffmpeg.find()) {
      return ffmpeg.description();
    } catch (FramePackException e) {
      return "refused: " + e.getMessage();
    }
  }
}
