package dev.framepack.kernels.fault;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which call fails: calls are counted by site, and one can be chosen by how many come before it.
 * Thread-safe; shared by all backends and devices that are to fail as one.
 */
public final class Faults {
  private record Armed(long call, Fault fault) {}

  private final Map<FaultSite, Long> calls = new EnumMap<>(FaultSite.class);
  private final Map<FaultSite, Armed> armed = new EnumMap<>(FaultSite.class);
  private long poisonedRun = -1;
  private long injected;
  private long poisoned;

  /**
   * Lets one call fail, once.
   *
   * @param call which one from now on: 1 is the next of this site
   */
  public synchronized void failAt(FaultSite site, long call, Fault fault) {
    armed.put(site, new Armed(calls(site) + call, fault));
  }

  /**
   * Lets a program of a {@link FaultyBackend} succeed and leave NaN in its last output.
   *
   * @param run which one from now on: 1 is the next
   */
  public synchronized void poisonAt(long run) {
    poisonedRun = calls(FaultSite.RUN) + run;
  }

  /** Takes back what has not happened yet. */
  public synchronized void disarm() {
    armed.clear();
    poisonedRun = -1;
  }

  /** How many calls of a site there have been. */
  public synchronized long calls(FaultSite site) {
    return calls.getOrDefault(site, 0L);
  }

  /** How many calls have failed. */
  public synchronized long injected() {
    return injected;
  }

  /** How many results have been made NaN. */
  public synchronized long poisoned() {
    return poisoned;
  }

  /** Counts a call; throws if it is the one that fails. */
  void reach(FaultSite site, String what) {
    Fault fault = due(site);
    if (fault != null) {
      fault.strike(site, what);
    }
  }

  private synchronized @Nullable Fault due(FaultSite site) {
    long call = calls.merge(site, 1L, Long::sum);
    Armed next = armed.get(site);
    if (next == null || next.call() != call) {
      return null;
    }
    armed.remove(site);
    injected++;
    return next.fault();
  }

  /** Whether the run that was counted last is to leave NaN behind. */
  synchronized boolean poisons() {
    boolean now = calls(FaultSite.RUN) == poisonedRun;
    if (now) {
      poisonedRun = -1;
      poisoned++;
    }
    return now;
  }
}
