package dev.framepack.kernels;

import java.util.function.Supplier;

/**
 * Asks work to stop. It belongs to the thread that does the work while {@link #during} runs, as an
 * interrupt does, but touches no file and cannot reach the work that comes next. Programs look at
 * it between operations; what they had begun is incomplete then, and nothing of it may be used.
 */
public final class StopSignal {
  private static final ScopedValue<StopSignal> CURRENT = ScopedValue.newInstance();
  private static final StopSignal NEVER = new StopSignal();

  private volatile boolean requested;

  /** The signal the calling thread works under; one that never comes where there is none. */
  public static StopSignal current() {
    return CURRENT.orElse(NEVER);
  }

  /** Asks; from any thread, once and for all. */
  public void request() {
    requested = true;
  }

  public boolean isRequested() {
    return requested;
  }

  /**
   * Where work can stop.
   *
   * @throws StoppedException when it was asked to
   */
  public void check() {
    if (requested) {
      throw new StoppedException();
    }
  }

  /** Does the work on this thread, under this signal. */
  public <T> T during(Supplier<T> work) {
    return ScopedValue.where(CURRENT, this).call(work::get);
  }
}
