package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Clocks;
import dev.framepack.kernels.emulator.exec.Cta;
import dev.framepack.kernels.emulator.memory.AccessFault;
import dev.framepack.kernels.emulator.memory.SharedMemory;
import java.util.Locale;

/**
 * Which stores of a block the asynchronous proxy (bulk copies and wgmma) may read: its own, and
 * those of the warps before a {@code fence.proxy.async} of the storing warp or of one that knew of
 * them.
 */
final class ProxyFences {
  private final Cta cta;

  /** Per warp, up to which clock its stores are fenced. */
  private final int[] fenced;

  /** Per 4 bytes, the record of the last write if a bulk copy made it. */
  private final int[] asynchronous;

  ProxyFences(Cta cta) {
    this.cta = cta;
    this.fenced = new int[cta.warps().length];
    this.asynchronous = new int[(cta.shared().byteSize() >> 2) + 1];
  }

  /** A warp executes fence.proxy.async. */
  void fence(int warp) {
    Clocks clocks = cta.clocks();
    for (int other = 0; other < fenced.length; other++) {
      fenced[other] = Math.max(fenced[other], clocks.known(warp, other));
    }
    clocks.release(warp);
  }

  /** The last writes of these bytes were a bulk copy's. */
  void markAsynchronous(int offset, int bytes) {
    for (int at = offset; at < offset + bytes; at += 4) {
      asynchronous[at >> 2] = cta.shared().lastWrite(at) + 1;
    }
  }

  /** Judges a read by the asynchronous proxy. */
  void read(int offset, int bytes) {
    for (int at = offset; at < offset + bytes; at += 4) {
      int last = cta.shared().lastWrite(at);
      if (last < 0 || asynchronous[at >> 2] == last + 1) {
        continue;
      }
      int writer = SharedMemory.writer(last);
      if (SharedMemory.clock(last) > fenced[writer]) {
        throw new AccessFault(
            EmulationException.Kind.ASYNC,
            String.format(
                    Locale.ROOT,
                    "the asynchronous proxy reads shared byte %,d, stored by warp %s without fence.proxy.async",
                    at,
                    writer)
                + " after the store; add one before the barrier");
      }
    }
  }
}
