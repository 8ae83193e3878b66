package dev.framepack.bench.kit;

import dev.framepack.kernels.gpu.GpuBackend;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a stage works with.
 *
 * @param golden folder of reference outputs, possibly empty
 * @param results where files may be left
 * @param small true on the emulator: shapes that an interpreter finishes
 * @param deadlineNanos {@link System#nanoTime} after which a stage starts nothing more
 */
record KitContext(
    GpuBackend backend,
    KitReport report,
    Path golden,
    Path results,
    boolean small,
    long deadlineNanos) {

  boolean isLate() {
    return System.nanoTime() - deadlineNanos > 0;
  }

  KitContext until(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    long nearest = end - deadlineNanos > 0 ? deadlineNanos : end;
    return new KitContext(backend, report, golden, results, small, nearest);
  }
}
