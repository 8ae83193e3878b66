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
  TILE;

  static final int MOST_VECTOR_ROWS = 8;

  /**
   * The choice, which depends on nothing but its arguments.
   *
   * @param aligned x, W and their rows begin at multiples of 16 bytes
   */
  static LinearVariant of(DType type, long rows, long columns, boolean aligned, DeviceInfo device) {
    if (rows <= MOST_VECTOR_ROWS) {
      return rows == 1 ? VECTOR : VECTORS;
    }
    if (!aligned) {
      return UNALIGNED;
    }
    return tiles(rows, columns, 128, 128) >= device.multiprocessors() ? TILE : SMALL;
  }

  static long tiles(long rows, long columns, int tileRows, int tileColumns) {
    return Math.ceilDiv(rows, tileRows) * Math.ceilDiv(columns, tileColumns);
  }
}
