package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.matrix.Swizzle;
import dev.framepack.kernels.gpu.device.KernelArgument.TensorMap;

/**
 * The box of a tiled tensor map at given coordinates, row by row: where each row of the innermost
 * dimension lies in global memory and in the box, and which part of it is inside the tensor.
 */
final class TensorBox {
  /** One row of the box. */
  interface Row {
    /**
     * @param global address of the first element inside the tensor; meaningless when bytes is 0
     * @param boxOffset of the row in the unswizzled box
     * @param skipped bytes of the row before the tensor begins
     * @param bytes of the row inside the tensor
     */
    void at(long global, int boxOffset, int skipped, int bytes);
  }

  private final TensorMap map;
  private final int elementBytes;

  TensorBox(TensorMap map) {
    this.map = map;
    this.elementBytes = map.element().byteSize();
  }

  int rank() {
    return map.dims().length;
  }

  int rowBytes() {
    return map.box()[0] * elementBytes;
  }

  /** Bytes of the whole box, outside parts included. */
  int byteSize() {
    int bytes = rowBytes();
    for (int d = 1; d < rank(); d++) {
      bytes *= map.box()[d];
    }
    return bytes;
  }

  Swizzle swizzle() {
    return switch (map.swizzle()) {
      case NONE -> Swizzle.NONE;
      case BYTES_32 -> Swizzle.BYTES_32;
      case BYTES_64 -> Swizzle.BYTES_64;
      case BYTES_128 -> Swizzle.BYTES_128;
    };
  }

  /**
   * Visits every row.
   *
   * @param coordinates of the box, innermost first; may be negative
   */
  void rows(int[] coordinates, Row row) {
    int rows = byteSize() / rowBytes();
    int[] position = new int[rank()];
    long width = map.dims()[0];
    long first = Math.clamp(-(long) coordinates[0], 0, map.box()[0]);
    long last = Math.clamp(width - coordinates[0], first, map.box()[0]);
    for (int r = 0; r < rows; r++) {
      int rest = r;
      boolean inside = true;
      long address = map.memory().address() + (coordinates[0] + first) * elementBytes;
      for (int d = 1; d < rank(); d++) {
        position[d] = coordinates[d] + rest % map.box()[d];
        rest /= map.box()[d];
        inside &= position[d] >= 0 && position[d] < map.dims()[d];
        address += position[d] * map.byteStrides()[d - 1];
      }
      int bytes = inside ? (int) (last - first) * elementBytes : 0;
      row.at(address, r * rowBytes(), (int) first * elementBytes, bytes);
    }
  }
}
