package dev.framepack.kernels.emulator.memory;

/**
 * Where the other state spaces appear among generic addresses. Global buffers begin at 2^40, so the
 * windows cannot meet them.
 */
public final class AddressWindow {
  public static final long SHARED = 1L << 32;
  public static final long LOCAL = 2L << 32;
  public static final long PARAM = 3L << 32;

  private AddressWindow() {}

  /** True when a generic address is global. */
  public static boolean isGlobal(long address) {
    return address >>> 32 == 0 || address >>> 32 > 3;
  }
}
