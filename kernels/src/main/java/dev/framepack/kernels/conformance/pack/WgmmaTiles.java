package dev.framepack.kernels.conformance.pack;

/**
 * Operands of a wgmma micro-kernel laid out in shared memory, written as the tiles are pictured in
 * the PTX ISA ("Shared memory matrix layout"): atoms of eight rows of {@code span} bytes whose
 * 16-byte chunks are permuted, or plain 8 x 16-byte cores when span is 16.
 */
final class WgmmaTiles {
  static final int MN = 64;
  static final int K = 16;

  private WgmmaTiles() {}

  /** A[m, k], small whole numbers. */
  static int a(int m, int k) {
    return (3 * m + 5 * k + m / 7) % 7 - 3;
  }

  /** B[k, n], small whole numbers. */
  static int b(int k, int n) {
    return (7 * k + 2 * n + n / 5) % 9 - 4;
  }

  /**
   * Bytes of a tile of 64 x 16 elements; K-major rows hold a whole span, of which 32 bytes count.
   */
  static int bytes(int span, boolean mnMajor) {
    return mnMajor ? 2 * MN * K : MN * Math.max(span, 32);
  }

  /**
   * Byte offset of an element in its tile.
   *
   * @param kStep which 16 elements of the K-major row are meant
   */
  static int offset(int span, boolean mnMajor, int kStep, int mn, int k) {
    if (span == 16) {
      return mnMajor
          ? mn / 8 * 256 + k / 8 * 128 + k % 8 * 16 + mn % 8 * 2
          : mn / 8 * 256 + k / 8 * 128 + mn % 8 * 16 + k % 8 * 2;
    }
    int row = mnMajor ? k : mn;
    int along = 2 * (mnMajor ? mn : k + K * kStep);
    int block = mnMajor ? along / span * (K * span) : 0;
    int chunk = along % span / 16;
    int chunks = span / 16;
    // Rows of 32 bytes: the pattern advances every fourth row; 64 bytes: every second.
    int phase = row * span / 128 % chunks;
    return block + row * span + (chunk ^ phase) * 16 + along % 16;
  }

  /** Upper 48 bits of the descriptor: LBO, SBO and swizzle. */
  static long layout(int span, boolean mnMajor) {
    long leading = span == 16 ? 128 : mnMajor ? (long) K * span : 16;
    long stride = span == 16 ? 256 : 8L * span;
    long mode = span == 16 ? 0 : span == 128 ? 1 : span == 64 ? 2 : 3;
    return leading >> 4 | stride >> 4 << 16 | mode << 46;
  }

  /** Writes one 16-bit element into words. */
  static void put(int[] words, int byteOffset, int halfWord) {
    int at = byteOffset / 4;
    int shift = 8 * (byteOffset % 4);
    words[at] = words[at] & ~(0xffff << shift) | (halfWord & 0xffff) << shift;
  }

  static int half(String type, int value) {
    return type.equals("bf16")
        ? Float.floatToRawIntBits(value) >>> 16
        : Float.floatToFloat16(value) & 0xffff;
  }
}
