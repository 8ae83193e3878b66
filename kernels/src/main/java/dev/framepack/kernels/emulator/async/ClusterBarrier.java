package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Clocks;
import dev.framepack.kernels.emulator.exec.Cta;
import dev.framepack.kernels.emulator.exec.Wait;
import dev.framepack.kernels.emulator.exec.Warp;
import java.util.HashMap;
import java.util.Map;

/** barrier.cluster: every living thread of every block of a cluster arrives, then may go on. */
public final class ClusterBarrier {
  private final Cta[] cluster;
  private final Map<Warp, Integer> arrived = new HashMap<>();
  private final Map<Warp, Integer> waited = new HashMap<>();
  private final Map<Cta, int[]> snapshots = new HashMap<>();
  private Map<Cta, int[]> released = new HashMap<>();
  private int phase;

  ClusterBarrier(Cta[] cluster) {
    this.cluster = cluster;
  }

  /** Executes one of the two halves for a warp. */
  public static void execute(Warp warp, int lanes, boolean arrive) {
    ClusterBarrier barrier = AsyncState.of(warp).clusterBarrier();
    if (arrive) {
      barrier.arrive(warp, lanes);
    } else {
      barrier.await(warp, lanes);
    }
  }

  private void arrive(Warp warp, int lanes) {
    int before = arrived.getOrDefault(warp, 0);
    if ((before & lanes) != 0) {
      throw misuse(warp, "arrives twice in one phase; wait in between");
    }
    arrived.put(warp, before | lanes);
    waited.put(warp, phase);
    int[] snapshot = snapshots.computeIfAbsent(warp.cta, cta -> new int[cta.clocks().warps()]);
    Clocks.join(snapshot, warp.cta.clocks().release(warp.index));
    completeIfAll();
  }

  private void await(Warp warp, int lanes) {
    Integer mine = waited.get(warp);
    if (mine == null) {
      throw misuse(warp, "waits without having arrived");
    }
    if (phase != mine) {
      int[] snapshot = released.get(warp.cta);
      if (snapshot != null) {
        warp.cta.clocks().acquire(warp.index, snapshot);
      }
      return;
    }
    warp.suspend(
        lanes,
        new Wait() {
          @Override
          public boolean isOver() {
            completeIfAll();
            return phase != mine;
          }

          @Override
          public String describe() {
            return "barrier.cluster, %s warps arrived".formatted(arrived.size());
          }
        },
        true);
  }

  private void completeIfAll() {
    if (arrived.isEmpty()) {
      return;
    }
    for (Cta cta : cluster) {
      for (Warp warp : cta.warps()) {
        if ((warp.live() & ~arrived.getOrDefault(warp, 0)) != 0) {
          return;
        }
      }
    }
    arrived.clear();
    released = new HashMap<>(snapshots);
    snapshots.clear();
    phase++;
  }

  private static EmulationException misuse(Warp warp, String message) {
    return warp.fault(
        EmulationException.Kind.BARRIER,
        Integer.numberOfTrailingZeros(warp.live()),
        "barrier.cluster: the warp " + message);
  }
}
