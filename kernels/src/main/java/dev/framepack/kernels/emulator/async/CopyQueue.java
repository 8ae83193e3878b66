package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.memory.AccessFault;
import dev.framepack.kernels.emulator.memory.Bytes;
import dev.framepack.kernels.emulator.memory.OperandRange;
import dev.framepack.kernels.emulator.memory.SharedMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The {@code cp.async} copies of one warp. Groups belong to a thread: a copy of lane l belongs to
 * the group that is open in l when it is issued.
 */
final class CopyQueue {
  private static final int LANES = 32;

  /** One executed instruction: a copy per lane. */
  static final class Batch {
    private final int line;
    private final int bytes;
    private int lanes;
    final int[] target = new int[LANES];
    final int[] source = new int[LANES];
    final int[] sourceBytes = new int[LANES];
    final @Nullable OperandRange[] range = new OperandRange[LANES];
    private int[] group = new int[0];

    Batch(int line, int bytes, int lanes) {
      this.line = line;
      this.bytes = bytes;
      this.lanes = lanes;
    }
  }

  private record Arrival(int lanes, IntConsumer then) {}

  private final AsyncState state;
  private final Warp warp;
  private final List<Arrival> arrivals = new ArrayList<>();
  private final List<Batch> pending = new ArrayList<>();

  /** Per lane, groups closed so far: the number of the open one. */
  private final int[] open = new int[LANES];

  CopyQueue(AsyncState state, Warp warp) {
    this.state = state;
    this.warp = warp;
  }

  /** Takes a copy whose accesses to global memory have been checked. */
  void issue(Batch batch) {
    batch.group = open.clone();
    for (int rest = batch.lanes; rest != 0; rest &= rest - 1) {
      int lane = Integer.numberOfTrailingZeros(rest);
      try {
        state.beginWrite(warp, batch.target[lane], batch.bytes);
      } catch (AccessFault fault) {
        throw fault.inLane(lane);
      }
    }
    if (state.completesAtOnce()) {
      complete(batch, batch.lanes);
    } else {
      pending.add(batch);
    }
  }

  void commit(int lanes) {
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      open[Integer.numberOfTrailingZeros(rest)]++;
    }
  }

  /** Completes all but the latest {@code left} closed groups of each lane. */
  void waitGroups(int lanes, int left) {
    completeWhere(lanes, left);
  }

  /** Completes everything of the lanes, closed or not. */
  void waitAll(int lanes) {
    completeWhere(lanes, -1);
  }

  private void completeWhere(int lanes, int left) {
    Iterator<Batch> batches = pending.iterator();
    while (batches.hasNext()) {
      Batch batch = batches.next();
      int done = 0;
      for (int rest = batch.lanes & lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        if (left < 0 || batch.group[lane] < open[lane] - left) {
          done |= 1 << lane;
        }
      }
      complete(batch, done);
      if (batch.lanes == 0) {
        batches.remove();
      }
    }
  }

  /**
   * Has {@code then} run for each lane once its copies of now are complete; that is when nothing
   * else in the block can go on.
   */
  void afterwards(int lanes, IntConsumer then) {
    if (pending.isEmpty()) {
      forEach(lanes, then);
    } else {
      arrivals.add(new Arrival(lanes, then));
    }
  }

  /** Completes everything that arrivals wait for; false when there are none. */
  boolean advance() {
    if (arrivals.isEmpty()) {
      return false;
    }
    List<Arrival> due = List.copyOf(arrivals);
    arrivals.clear();
    for (Arrival arrival : due) {
      waitAll(arrival.lanes);
      forEach(arrival.lanes, arrival.then);
    }
    return true;
  }

  private static void forEach(int lanes, IntConsumer then) {
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      then.accept(Integer.numberOfTrailingZeros(rest));
    }
  }

  /** Performs the copies of some lanes: from now on their values are the issuing warp's stores. */
  private void complete(Batch batch, int lanes) {
    SharedMemory shared = warp.cta.shared();
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      int lane = Integer.numberOfTrailingZeros(rest);
      int target = batch.target[lane];
      try {
        state.endWrite(target, batch.bytes);
        shared.write(warp.index, target, batch.bytes);
      } catch (AccessFault fault) {
        throw new AccessFault(
                fault.kind(), fault.getMessage() + " (cp.async of line " + batch.line + ")")
            .inLane(lane);
      }
      int bytes = batch.sourceBytes[lane];
      OperandRange range = batch.range[lane];
      byte[] to = shared.data();
      if (bytes == 16 && range != null) {
        int from = batch.source[lane];
        Bytes.putLong(to, target, Bytes.getLong(range.data, from));
        Bytes.putLong(to, target + 8, Bytes.getLong(range.data, from + 8));
      } else {
        if (range != null) {
          System.arraycopy(range.data, batch.source[lane], to, target, bytes);
        }
        Arrays.fill(to, target + bytes, target + batch.bytes, (byte) 0);
      }
    }
    batch.lanes &= ~lanes;
  }
}
