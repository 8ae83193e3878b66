package dev.framepack.kernels.emulator.exec;

/**
 * A pure operation of up to three sources and one destination. Under a partial mask it computes all
 * lanes into scratch and takes the masked ones, so that an operation is one loop of 32.
 */
final class Compute extends Instruction {
  private final Kernel kernel;
  private final boolean wide;
  private final int d;
  private final int a;
  private final int b;
  private final int c;
  private final int dId;
  private final int aId;
  private final int bId;
  private final int cId;

  /**
   * @param sources up to three; their slots are passed to the kernel in order
   */
  Compute(Kernel kernel, Slot destination, Slot... sources) {
    this.kernel = kernel;
    this.wide = destination.isWide();
    this.d = destination.base();
    this.dId = destination.id();
    this.a = sources.length > 0 ? sources[0].base() : 0;
    this.b = sources.length > 1 ? sources[1].base() : 0;
    this.c = sources.length > 2 ? sources[2].base() : 0;
    this.aId = sources.length > 0 ? sources[0].id() : 0;
    this.bId = sources.length > 1 ? sources[1].id() : 0;
    this.cId = sources.length > 2 ? sources[2].id() : 0;
  }

  @Override
  public void execute(Warp warp, int mask) {
    int[] init = warp.init;
    if ((mask & ~(init[aId] & init[bId] & init[cId])) != 0) {
      throw warp.uninitialised(mask & ~(init[aId] & init[bId] & init[cId]));
    }
    if (mask == -1) {
      kernel.run(warp.r, warp.q, d, a, b, c);
      init[dId] = -1;
    } else {
      kernel.run(warp.r, warp.q, 0, a, b, c);
      if (wide) {
        Lanes.take(warp.q, d, mask);
      } else {
        Lanes.take(warp.r, d, mask);
      }
      init[dId] |= mask;
    }
  }
}
