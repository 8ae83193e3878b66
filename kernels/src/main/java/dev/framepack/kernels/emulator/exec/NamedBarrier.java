package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulationException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of a block's sixteen barriers. It counts warps; a partial warp counts as a whole one. */
final class NamedBarrier {
  /** Combines predicates over all threads of a barrier. */
  enum Reduction {
    AND,
    OR,
    POPC
  }

  private record Arrival(
      Warp warp, int lanes, boolean waits, int predicate, @Nullable Slot result, int released) {}

  private final Cta cta;
  private final int number;
  private final List<Arrival> arrivals = new ArrayList<>();
  private int[] snapshot = new int[0];
  private int expectedThreads;
  private @Nullable Reduction reduction;
  private int phase;

  NamedBarrier(Cta cta, int number) {
    this.cta = cta;
    this.number = number;
  }

  void reset() {
    arrivals.clear();
    phase++;
  }

  /**
   * @param threads threads expected, a multiple of 32; 0 for the whole block
   * @param waits false for bar.arrive
   */
  void arrive(
      Warp warp,
      int lanes,
      int threads,
      boolean waits,
      @Nullable Reduction combine,
      int predicate,
      @Nullable Slot result) {
    if (threads % Warp.LANES != 0) {
      throw misuse(warp, "thread count %s; expected a multiple of 32".formatted(threads));
    }
    if (arrivals.isEmpty()) {
      expectedThreads = threads;
      reduction = combine;
      snapshot = new int[cta.clocks().warps()];
    } else if (expectedThreads != threads) {
      throw misuse(
          warp,
          "thread count %s; the first warp of this phase said %s"
              .formatted(countText(threads), countText(expectedThreads)));
    } else if (reduction != combine) {
      throw misuse(warp, "mixes bar.red with another form in one phase");
    }
    if (!waits && threads == 0) {
      throw misuse(warp, "bar.arrive needs a thread count");
    }
    for (Arrival arrival : arrivals) {
      if (arrival.warp == warp && (arrival.lanes & lanes) != 0) {
        throw misuse(warp, "the warp arrives twice in one phase");
      }
    }
    Clocks.join(snapshot, cta.clocks().release(warp.index));
    arrivals.add(new Arrival(warp, lanes, waits, predicate, result, phase));
    if (threads > 0 && arrivedWarps() * Warp.LANES > threads) {
      throw misuse(
          warp, "%s warps arrived, %s threads expected".formatted(arrivedWarps(), threads));
    }
    if (waits) {
      int mine = phase;
      warp.suspend(
          lanes,
          new Wait() {
            @Override
            public boolean isOver() {
              return phase != mine;
            }

            @Override
            public String describe() {
              return NamedBarrier.this.describe();
            }
          },
          false);
    }
    completeIfAll();
  }

  private int arrivedWarps() {
    int warps = 0;
    for (int i = 0; i < arrivals.size(); i++) {
      Warp warp = arrivals.get(i).warp;
      boolean first = true;
      for (int j = 0; j < i; j++) {
        first &= arrivals.get(j).warp != warp;
      }
      warps += first ? 1 : 0;
    }
    return warps;
  }

  /** Also called when a warp ends: a barrier of the whole block expects living warps only. */
  void completeIfAll() {
    if (arrivals.isEmpty()) {
      return;
    }
    if (expectedThreads == 0) {
      int lanes = 0;
      for (Arrival arrival : arrivals) {
        lanes += Integer.bitCount(arrival.lanes & arrival.warp.live());
      }
      if (lanes < cta.liveLanes()) {
        return;
      }
    } else if (arrivedWarps() * Warp.LANES < expectedThreads || !wholeWarps()) {
      return;
    }
    if (everyoneMet()) {
      cta.clocks().synchroniseAll();
    }
    for (Arrival arrival : arrivals) {
      if (arrival.waits) {
        cta.clocks().acquire(arrival.warp.index, snapshot);
      }
    }
    reduce();
    arrivals.clear();
    phase++;
  }

  private boolean everyoneMet() {
    int lanes = 0;
    for (Arrival arrival : arrivals) {
      lanes += arrival.waits ? Integer.bitCount(arrival.lanes & arrival.warp.live()) : 0;
    }
    return lanes == cta.liveLanes();
  }

  private boolean wholeWarps() {
    for (Arrival arrival : arrivals) {
      int lanes = 0;
      for (Arrival other : arrivals) {
        lanes |= other.warp == arrival.warp ? other.lanes : 0;
      }
      if ((arrival.warp.live() & ~lanes) != 0) {
        return false;
      }
    }
    return true;
  }

  private void reduce() {
    if (reduction == null) {
      return;
    }
    int count = 0;
    int lanes = 0;
    for (Arrival arrival : arrivals) {
      count += Integer.bitCount(arrival.predicate & arrival.lanes);
      lanes += Integer.bitCount(arrival.lanes);
    }
    for (Arrival arrival : arrivals) {
      Slot result = arrival.result;
      if (result == null) {
        continue;
      }
      switch (reduction) {
        case POPC -> {
          for (int l = 0; l < Warp.LANES; l++) {
            if ((arrival.lanes >>> l & 1) != 0) {
              arrival.warp.r[result.base() + l] = count;
            }
          }
        }
        case AND -> setPredicate(arrival, result, count == lanes);
        case OR -> setPredicate(arrival, result, count > 0);
      }
      arrival.warp.define(result, arrival.lanes);
    }
  }

  private static void setPredicate(Arrival arrival, Slot result, boolean value) {
    int old = arrival.warp.p[result.base()] & ~arrival.lanes;
    arrival.warp.p[result.base()] = old | (value ? arrival.lanes : 0);
  }

  private EmulationException misuse(Warp warp, String message) {
    return warp.fault(
        EmulationException.Kind.BARRIER,
        Integer.numberOfTrailingZeros(warp.live()),
        "barrier %s: %s".formatted(number, message));
  }

  private static String countText(int threads) {
    return threads == 0 ? "of the whole block" : "" + threads;
  }

  String describe() {
    return "barrier %s, %s warps arrived, expected %s"
        .formatted(
            number,
            arrivedWarps(),
            expectedThreads == 0 ? "all living warps" : expectedThreads / Warp.LANES + " warps");
  }
}
