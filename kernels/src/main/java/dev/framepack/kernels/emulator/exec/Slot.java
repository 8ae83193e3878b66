package dev.framepack.kernels.emulator.exec;

/**
 * Where a register, constant or special register of a warp lives.
 *
 * @param base index of lane 0 in {@link Warp#r} or {@link Warp#q}; of the mask in {@link Warp#p}
 * @param id index in {@link Warp#init}
 */
public record Slot(File file, int base, int id) {

  /** One of a warp's three register files. */
  public enum File {
    /** 8 to 32 bits, {@code r[base + lane]}; 16-bit values are zero-extended. */
    BITS32,
    /** 64 bits, {@code q[base + lane]}. */
    BITS64,
    /** One bit per lane, {@code p[base]}. */
    PREDICATE
  }

  boolean isWide() {
    return file == File.BITS64;
  }
}
