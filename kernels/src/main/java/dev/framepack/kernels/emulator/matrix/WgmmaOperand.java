package dev.framepack.kernels.emulator.matrix;

/**
 * A matrix of 16-bit elements in shared memory as a wgmma descriptor states it. {@code mn} counts
 * along M (for A) or N (for B), {@code k} along the depth. With chunks of 16 bytes, T = 8 elements,
 * and W chunks per swizzle row:
 *
 * <ul>
 *   <li>K-major, swizzled: rows of W chunks along k, 8 rows a group, groups SBO apart;
 *   <li>K-major, plain: 8x16-byte cores, LBO apart along k, SBO apart along mn;
 *   <li>MN-major, swizzled: rows of W chunks along mn, 8 rows (k) a group, SBO apart along k, LBO
 *       apart along mn;
 *   <li>MN-major, plain: 8x16-byte cores, SBO apart along mn, LBO apart along k.
 * </ul>
 *
 * The swizzle permutes the final address. Source: PTX ISA 8.0, "Matrix descriptor format"; the
 * canonical layouts listed in CUTLASS's {@code mma_traits_sm90_gmma.hpp}.
 *
 * @param start shared address of element (0, 0)
 * @param leading LBO in bytes
 * @param stride SBO in bytes
 * @param baseOffset bits 49..51: phase of the pattern when it does not begin at its alignment
 */
public record WgmmaOperand(
    int start, int leading, int stride, int baseOffset, Swizzle swizzle, boolean mnMajor) {
  private static final int CHUNK_ELEMENTS = 8;
  private static final Swizzle[] MODES = {
    Swizzle.NONE, Swizzle.BYTES_128, Swizzle.BYTES_64, Swizzle.BYTES_32
  };

  /**
   * Reads a descriptor.
   *
   * @param mnMajor the instruction's transpose flag of this operand
   */
  public static WgmmaOperand decode(long descriptor, boolean mnMajor) {
    return new WgmmaOperand(
        (int) (descriptor & 0x3fff) << 4,
        (int) (descriptor >>> 16 & 0x3fff) << 4,
        (int) (descriptor >>> 32 & 0x3fff) << 4,
        (int) (descriptor >>> 49 & 7),
        MODES[(int) (descriptor >>> 62)],
        mnMajor);
  }

  /** True when every bit outside the defined fields is zero. */
  public static boolean isWellFormed(long descriptor) {
    long fields = 0x3fffL | 0x3fffL << 16 | 0x3fffL << 32 | 7L << 49 | 3L << 62;
    return (descriptor & ~fields) == 0;
  }

  /** Shared address of an element. */
  public int address(int mn, int k) {
    int linear = start + (mnMajor ? mnMajorOffset(mn, k) : kMajorOffset(mn, k));
    return swizzle.apply(linear - (baseOffset << 7)) + (baseOffset << 7);
  }

  private int kMajorOffset(int mn, int k) {
    int row = (mn % 8) * swizzle.span() + mn / 8 * stride;
    return swizzle == Swizzle.NONE
        ? row + k / CHUNK_ELEMENTS * leading + 2 * (k % CHUNK_ELEMENTS)
        : row + 2 * k;
  }

  private int mnMajorOffset(int mn, int k) {
    int chunk = mn / CHUNK_ELEMENTS;
    int inChunk = 2 * (mn % CHUNK_ELEMENTS);
    int row = (k % 8) * swizzle.span();
    if (swizzle == Swizzle.NONE) {
      return inChunk + chunk * stride + row + k / 8 * leading;
    }
    int chunks = swizzle.span() / 16;
    return inChunk + chunk % chunks * 16 + chunk / chunks * leading + row + k / 8 * stride;
  }
}
