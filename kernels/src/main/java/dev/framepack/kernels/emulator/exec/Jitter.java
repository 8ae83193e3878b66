package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulatorOptions;

/**
 * Moves results of approximate functions by a few units of the last place, so that no test leans on
 * bits that hardware does not promise. A result depends on seed and value alone.
 */
final class Jitter {
  /** Bits of the largest finite value: a finite result stays finite, and of its sign. */
  private static final int LARGEST = 0x7f7fffff;

  private Jitter() {}

  static Kernel around(Kernel exact, EmulatorOptions options) {
    int ulps = options.jitterUlps();
    if (ulps == 0) {
      return exact;
    }
    int seed = (int) (options.seed() * 0x9e3779b9L);
    return (r, q, d, a, b, c) -> {
      exact.run(r, q, d, a, b, c);
      for (int l = 0; l < 32; l++) {
        float x = Float.intBitsToFloat(r[d + l]);
        if (Float.isFinite(x) && x != 0) {
          int hash = (r[d + l] ^ seed) * 0x85ebca6b;
          hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
          int moved = (r[d + l] & 0x7fffffff) + Math.floorMod(hash >>> 8, 2 * ulps + 1) - ulps;
          r[d + l] = r[d + l] & 0x80000000 | Math.clamp(moved, 0, LARGEST);
        }
      }
    };
  }
}
