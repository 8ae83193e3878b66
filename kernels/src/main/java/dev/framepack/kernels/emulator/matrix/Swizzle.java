package dev.framepack.kernels.emulator.matrix;

/**
 * How TMA and wgmma permute the 16-byte chunks of shared memory: address bits 4.. are XORed with
 * bits 7.. of the same address. Source: PTX ISA 8.0, "Swizzling modes"; CuTe {@code
 * Swizzle<B,4,3>}.
 */
public enum Swizzle {
  NONE(0),
  BYTES_32(1),
  BYTES_64(2),
  BYTES_128(3);

  private final int bits;

  Swizzle(int bits) {
    this.bits = bits;
  }

  /** Where the byte of an unswizzled shared address lies. */
  public int apply(int address) {
    return address ^ (address >>> 3 & ((1 << bits) - 1) << 4);
  }

  /** Bytes of a row of the pattern. */
  public int span() {
    return 16 << bits;
  }

  /** Alignment of a tile's base at which the pattern starts anew. */
  public int alignment() {
    return bits == 0 ? 16 : 128 << bits;
  }
}
