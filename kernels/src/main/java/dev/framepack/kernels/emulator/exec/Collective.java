package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulationException;

/** What instructions of several lanes have in common: who takes part. */
public final class Collective {
  private Collective() {}

  /**
   * The living lanes a membermask names; an error when it differs between the executing lanes or
   * leaves one of them out.
   */
  public static int members(Warp warp, Slot membermask, int mask) {
    warp.requireInit(mask, membermask.id());
    int named = warp.r[membermask.base() + Integer.numberOfTrailingZeros(mask)];
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      if (warp.r[membermask.base() + l] != named || (named >>> l & 1) == 0) {
        throw warp.fault(
            EmulationException.Kind.DIVERGENCE,
            l,
            "membermask 0x%08x; expected one mask for all executing lanes, with this lane in it"
                .formatted(warp.r[membermask.base() + l]));
      }
    }
    return named & warp.live();
  }

  /** Throws unless exactly the expected lanes execute. */
  public static void require(Warp warp, int mask, int expected) {
    if (mask != expected) {
      throw warp.fault(
          EmulationException.Kind.DIVERGENCE,
          Integer.numberOfTrailingZeros(mask ^ expected),
          "lanes 0x%08x execute it, expected 0x%08x together".formatted(mask, expected));
    }
  }
}
