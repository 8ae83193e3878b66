package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.tensor.DType;

/** The kernels that compute {@code x W^T}, and which of them serves a product. */
enum LinearVariant {
  /** One row: a warp for two columns, bound by reading W. */
  VECTOR,
  /** Up to {@link #MOST_VECTOR_ROWS} rows: a warp for four columns of all rows. */
  VECTORS,
  /** 64 x 64 tiles whose operands are read element by element: any address, any depth. */
  UNALIGNED,
  /** 64 x 64 tiles. */
  SMALL,
  /** 128 x 128 tiles. */
  TILE,
  /** Hopper's wgmma, 128 x 128 tiles. */
  WGMMA_NARROW,
  /** Hopper's wgmma, 128 x 256 tiles. */
  WGMMA;

  static final int MOST_VECTOR_ROWS = 8;
  private static final int MOST_SMALL_ROWS = 64;
  private static final int HOPPER = 90;

  /**
   * The choice, which depends on nothing but its arguments: the largest tile that is mostly full
   * and leaves few multiprocessors without work. A tile of wgmma does in one step what four of
   * SMALL's do in several, so that it may leave more of them idle. The limits are those of an H200
   * (bench/results).
   *
   * @param aligned x, W and their rows begin at multiples of 16 bytes, and there is a depth
   */
  static LinearVariant of(DType type, long rows, long columns, boolean aligned, DeviceInfo device) {
    if (rows <= MOST_VECTOR_ROWS) {
      return rows == 1 ? VECTOR : VECTORS;
    }
    if (!aligned) {
      return UNALIGNED;
    }
    if (rows <= MOST_SMALL_ROWS) {
      return SMALL;
    }
    int processors = device.multiprocessors();
    long tiles = tiles(rows, columns, 128, 128);
    if (type != DType.F32 && device.archSpecific() && device.computeCapability() == HOPPER) {
      boolean wide =
          rows > 128 && columns > 128 && tiles(rows, columns, 128, 256) >= processors / 2;
      return wide ? WGMMA : tiles >= processors / 4 ? WGMMA_NARROW : SMALL;
    }
    return columns > 64 && 2 * tiles >= 3L * processors ? TILE : SMALL;
  }

  static long tiles(long rows, long columns, int tileRows, int tileColumns) {
    return Math.ceilDiv(rows, tileRows) * Math.ceilDiv(columns, tileColumns);
  }
}
