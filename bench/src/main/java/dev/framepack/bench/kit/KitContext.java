package dev.framepack.bench.kit;

import dev.framepack.bench.device.GraphTiming;
import dev.framepack.kernels.gpu.GpuBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a stage works with.
 *
 * @param path which kernels: {@link #PORTABLE} or {@link #NATIVE}
 * @param journal of what has begun
 * @param golden folder of reference outputs, possibly empty
 * @param results where files may be left
 * @param small true on the emulator: shapes that an interpreter finishes
 * @param deadlineNanos {@link System#nanoTime} after which a stage starts nothing more
 */
record KitContext(
    GpuBackend backend,
    String path,
    KitReport report,
    KitJournal journal,
    Path golden,
    Path results,
    boolean small,
    long deadlineNanos) {
  /** Kernels that run on every device. */
  static final String PORTABLE = "portable";

  /** Kernels written for this device's architecture, where there are some. */
  static final String NATIVE = "native";

  boolean isNative() {
    return path.equals(NATIVE);
  }

  /** One result. */
  void row(String stage, String name, KitReport.Verdict verdict, Map<String, ?> figures) {
    Map<String, Object> all = new LinkedHashMap<>(figures);
    all.put("path", path);
    report.row(stage, name, verdict, all);
  }

  /** How long a graph took. */
  void timing(String stage, String label, GraphTiming timing) {
    float[] ms = timing.milliseconds();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("ms", timing.medianMilliseconds());
    figures.put("least", ms[0]);
    figures.put("most", ms[ms.length - 1]);
    figures.put("TFLOP/s", timing.cost().flops() / (timing.medianMilliseconds() * 1e9));
    figures.put("flops", timing.cost().flops());
    figures.put("weightBytes", timing.weightBytes());
    figures.put("arenaBytes", timing.arenaBytes());
    figures.put("launches", timing.launches());
    row(stage, label.toLowerCase(Locale.ROOT), KitReport.Verdict.INFO, figures);
  }

  /** False for a piece of a stage that an earlier process began. */
  boolean begins(String stage, String piece) {
    return journal.begins(path + " " + stage + " " + piece);
  }

  boolean isLate() {
    return System.nanoTime() - deadlineNanos > 0;
  }

  KitContext until(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    long nearest = end - deadlineNanos > 0 ? deadlineNanos : end;
    return new KitContext(backend, path, report, journal, golden, results, small, nearest);
  }
}
