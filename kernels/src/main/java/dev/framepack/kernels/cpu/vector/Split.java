package dev.framepack.kernels.cpu.vector;

/** Cuts an operation into tasks of about equal size, from its shape alone. */
final class Split {
  /** Elements of one task: some microseconds, and within the nearest caches. */
  static final int CHUNK = 1 << 13;

  private Split() {}

  /** Work on a run of elements or rows. */
  @FunctionalInterface
  interface Range {
    void run(long first, int count);
  }

  /** Runs of at most {@link #CHUNK} elements. */
  static Runnable elements(KernelContext context, long elements, Range range) {
    return tasks(context, elements, CHUNK, range);
  }

  /** Runs of whole rows, about {@link #CHUNK} elements together. */
  static Runnable rows(KernelContext context, long rows, long width, Range range) {
    return tasks(context, rows, (int) Math.max(1, CHUNK / Math.max(1, width)), range);
  }

  static Runnable tasks(KernelContext context, long total, int perTask, Range range) {
    int tasks = Math.toIntExact(Math.ceilDiv(total, (long) perTask));
    ParallelFor.Tile tile =
        (task, worker) -> {
          long first = (long) task * perTask;
          range.run(first, (int) Math.min(perTask, total - first));
        };
    ParallelFor parallel = context.parallel();
    return () -> parallel.run(tasks, tile);
  }
}
