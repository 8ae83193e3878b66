package dev.framepack.kernels.emulator.collective;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Warp;

/** Which lanes must take part in a collective instruction. */
public final class Membership {
  private Membership() {}

  /**
   * Lanes of a {@code .sync} instruction with a member mask: each executing lane names all of them,
   * itself included, and every named lane that has not exited executes it now.
   *
   * @param maskBase where the member masks of the lanes lie in {@link Warp#r}
   */
  public static void require(Warp warp, int lanes, int maskBase) {
    int members = warp.r[maskBase + Integer.numberOfTrailingZeros(lanes)];
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      int lane = Integer.numberOfTrailingZeros(rest);
      if (warp.r[maskBase + lane] != members) {
        throw warp.fault(
            EmulationException.Kind.DIVERGENCE,
            lane,
            "member mask 0x%08x, another lane says 0x%08x; expected one mask"
                .formatted(warp.r[maskBase + lane], members));
      }
    }
    if ((lanes & ~members) != 0) {
      throw warp.fault(
          EmulationException.Kind.DIVERGENCE,
          Integer.numberOfTrailingZeros(lanes & ~members),
          "executed by lanes 0x%08x, member mask 0x%08x; a lane must be in its own mask"
              .formatted(lanes, members));
    }
    int missing = members & warp.live() & ~lanes;
    if (missing != 0) {
      throw warp.fault(
          EmulationException.Kind.DIVERGENCE,
          Integer.numberOfTrailingZeros(missing),
          "member mask 0x%08x, but lanes 0x%08x are elsewhere; reconverge with bar.warp.sync"
              .formatted(members, missing));
    }
  }

  /** All 32 lanes, as {@code .aligned} matrix instructions ask for. */
  public static void requireAll(Warp warp, int lanes) {
    if (lanes != -1) {
      throw warp.fault(
          EmulationException.Kind.DIVERGENCE,
          Integer.numberOfTrailingZeros(~lanes),
          "executed by lanes 0x%08x; expected the whole warp, none exited".formatted(lanes));
    }
  }
}
