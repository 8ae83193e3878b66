package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Cta;
import dev.framepack.kernels.emulator.exec.Warp;

/**
 * A place in the shared memory of a block of the cluster. In the {@code shared::cluster} window an
 * address below 2^24 is the executing block's own; {@code mapa} adds the rank plus one above.
 *
 * @param offset in that block's shared memory
 */
record ClusterAddress(Cta cta, int offset) {
  private static final int RANK_SHIFT = 24;

  /** The address at the same place of another block. */
  static int map(int address, int rank) {
    return address & (1 << RANK_SHIFT) - 1 | rank + 1 << RANK_SHIFT;
  }

  /** Finds the place of an address, aligned and with all its bytes inside. */
  static ClusterAddress of(Warp warp, int lane, long address, int bytes, int alignment) {
    int rank = (int) (address >>> RANK_SHIFT) - 1;
    Cta[] cluster = warp.cta.cluster();
    if (address < 0 || rank >= cluster.length) {
      throw outside(warp, lane, address, bytes);
    }
    if ((address & alignment - 1) != 0) {
      throw warp.fault(
          EmulationException.Kind.MISALIGNED,
          lane,
          "shared address 0x%x; expected a multiple of %s".formatted(address, alignment));
    }
    Cta cta = rank < 0 ? warp.cta : cluster[rank];
    long offset = (address & (1 << RANK_SHIFT) - 1) - Cta.SHARED_BASE;
    if (offset < 0 || offset + bytes > cta.shared().byteSize()) {
      throw outside(warp, lane, address, bytes);
    }
    return new ClusterAddress(cta, (int) offset);
  }

  private static EmulationException outside(Warp warp, int lane, long address, int bytes) {
    return warp.fault(
        EmulationException.Kind.OUT_OF_RANGE,
        lane,
        "%s bytes at shared address 0x%x; a block has shared bytes 0x%x to 0x%x, its cluster %s blocks"
            .formatted(
                bytes,
                address,
                Cta.SHARED_BASE,
                Cta.SHARED_BASE + warp.cta.shared().byteSize() - 1,
                warp.cta.cluster().length));
  }
}
