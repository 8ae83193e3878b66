package dev.framepack.kernels.emulator.memory;

import dev.framepack.kernels.emulator.EmulationException;
import java.util.Locale;

/**
 * Who of a warp's lanes stored last, to find shared memory that passes from lane to lane without
 * {@code bar.warp.sync}: lanes of a warp need not advance together.
 */
public final class LaneOrder {
  private final SharedMemory.Order order;
  private final long[] moment;
  private final int[] writer;

  public LaneOrder(int sharedBytes, SharedMemory.Order order) {
    this.order = order;
    this.moment = new long[sharedBytes / 4 + 1];
    this.writer = new int[sharedBytes / 4 + 1];
  }

  /** Records stores of lanes. */
  public void write(int warp, int[] offsets, int mask, int bytes) {
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      for (int g = offsets[l] >> 2; g <= (offsets[l] + bytes - 1) >> 2; g++) {
        moment[g] = now(warp);
        writer[g] = warp << 5 | l;
      }
    }
  }

  /** Throws when a lane reads what another lane of its warp stored since they last met. */
  public void read(int warp, int[] offsets, int mask, int bytes) {
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      for (int g = offsets[l] >> 2; g <= (offsets[l] + bytes - 1) >> 2; g++) {
        boolean unordered =
            moment[g] == now(warp) && writer[g] >> 5 == warp && (writer[g] & 31) != l;
        if (unordered) {
          throw new AccessFault(
                  EmulationException.Kind.RACE,
                  String.format(
                      Locale.ROOT,
                      "reads shared byte %,d, stored by lane %s of the same warp without bar.warp.sync",
                      4 * g,
                      writer[g] & 31))
              .inLane(l);
        }
      }
    }
  }

  private long now(int warp) {
    return (long) order.generation() << 32 | order.now(warp);
  }
}
