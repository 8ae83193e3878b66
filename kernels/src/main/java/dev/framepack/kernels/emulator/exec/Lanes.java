package dev.framepack.kernels.emulator.exec;

/** Loops over lanes that several instructions need. */
final class Lanes {
  /** Scratch slots: a result, and three prepared sources. */
  static final int SCRATCH = 4;

  private Lanes() {}

  /** Copies the masked lanes of scratch slot 0 to the register at {@code d}. */
  static void take(int[] r, int d, int mask) {
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      r[d + l] = r[l];
    }
  }

  static void take(long[] q, int d, int mask) {
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      q[d + l] = q[l];
    }
  }
}
