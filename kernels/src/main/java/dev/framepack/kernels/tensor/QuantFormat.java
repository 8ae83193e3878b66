package dev.framepack.kernels.tensor;

import java.util.Locale;

/**
 * How a matrix {@code [N, K]} lies in fewer bits, each row for itself. In memory it is a tensor U8
 * {@code [N, rowBytes(K)]}; arithmetic needs it as elements ({@link
 * dev.framepack.kernels.op.Dequantize}). Numbers are little endian; f16 is IEEE binary16.
 */
public enum QuantFormat {
  /**
   * The OCP 8-bit float E4M3 (no infinity, NaN at 0x7F and 0xFF) with one scale a row: first all
   * codes {@code [N, K]}, then the scales, F32 {@code [N]}. {@code w = e4m3(code) * scale}. K is a
   * multiple of 4.
   */
  FP8_E4M3(4),

  /**
   * ggml's Q8_0, blocks of 32 elements in 34 bytes: {@code d} f16, 32 codes as signed bytes. {@code
   * w = d * code}.
   */
  Q8_0(32),

  /**
   * ggml's Q4_0, blocks of 32 elements in 18 bytes: {@code d} f16, 16 bytes; the lower nibble of
   * byte j is element j, the upper element j + 16. {@code w = d * (nibble - 8)}.
   */
  Q4_0(32),

  /**
   * ggml's Q4_K, blocks of 256 elements in 144 bytes: {@code d} f16, {@code m} f16, 12 bytes with a
   * 6-bit scale and a 6-bit minimum for each of 8 runs of 32 elements, 128 bytes; of bytes 32 p to
   * 32 p + 31 the lower nibbles are run 2 p, the upper ones run 2 p + 1. {@code w = (d * scale) *
   * nibble - (m * minimum)}, one rounding to float32 at the end.
   *
   * <p>Of the 12 bytes b, run r below 4 has scale {@code b[r] & 63}, minimum {@code b[r+4] & 63};
   * others have scale {@code (b[r+4] & 15) | (b[r-4] >> 6) << 4}, minimum {@code (b[r+4] >> 4) |
   * (b[r] >> 6) << 4}.
   */
  Q4_K(256);

  private final int blockElements;

  QuantFormat(int blockElements) {
    this.blockElements = blockElements;
  }

  /** The name in files, metadata and options. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** K is a multiple of this. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of a row of K elements. */
  public long rowBytes(long k) {
    if (k % blockElements != 0) {
      throw new ShapeException(
          "%s: rows must be multiples of %s elements, found %s".formatted(this, blockElements, k));
    }
    return switch (this) {
      case FP8_E4M3 -> k == 0 ? 0 : k + Float.BYTES;
      case Q8_0 -> k / 32 * 34;
      case Q4_0 -> k / 32 * 18;
      case Q4_K -> k / 256 * 144;
    };
  }

  /** Elements of a row of so many bytes, or -1 where no row is so long. */
  public long rowElements(long bytes) {
    long k =
        switch (this) {
          case FP8_E4M3 -> bytes == 0 ? 0 : bytes - Float.BYTES;
          case Q8_0 -> bytes / 34 * 32;
          case Q4_0 -> bytes / 18 * 32;
          case Q4_K -> bytes / 144 * 256;
        };
    return k >= 0 && k % blockElements == 0 && rowBytes(k) == bytes ? k : -1;
  }

  /** The type of a matrix {@code [N, K]} in this format. */
  public TensorType type(Shape matrix) {
    return new TensorType(Shape.of(matrix.dim(0), rowBytes(matrix.dim(1))), DType.U8);
  }
}
