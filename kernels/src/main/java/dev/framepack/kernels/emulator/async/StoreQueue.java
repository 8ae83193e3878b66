package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.memory.AccessFault;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Bulk stores of one warp from shared to global memory, in groups that belong to a thread. */
final class StoreQueue {
  private static final int LANES = 32;

  private record Store(int line, int lane, int group, Runnable perform) {}

  private final AsyncState state;
  private final Warp warp;
  private final List<Store> pending = new ArrayList<>();
  private final int[] open = new int[LANES];

  StoreQueue(AsyncState state, Warp warp) {
    this.state = state;
    this.warp = warp;
  }

  /**
   * @param perform reads shared memory and writes global memory
   */
  void issue(int line, int lane, Runnable perform) {
    if (state.completesAtOnce()) {
      perform.run();
    } else {
      pending.add(new Store(line, lane, open[lane], perform));
    }
  }

  void commit(int lanes) {
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      open[Integer.numberOfTrailingZeros(rest)]++;
    }
  }

  /** Performs all but the latest {@code left} groups of the lanes. */
  void waitGroups(int lanes, int left) {
    for (Iterator<Store> stores = pending.iterator(); stores.hasNext(); ) {
      Store store = stores.next();
      boolean waits = (lanes >>> store.lane & 1) != 0;
      if (waits && store.group < open[store.lane] - left) {
        store.perform.run();
        stores.remove();
      }
    }
  }

  void finish() {
    if (!pending.isEmpty()) {
      throw new AccessFault(
          EmulationException.Kind.ASYNC,
          "the block ends while the bulk store of line %s, warp %s, still reads its shared memory;"
                  .formatted(pending.get(0).line, warp.index)
              + " commit it and wait with cp.async.bulk.wait_group.read 0");
    }
  }
}
