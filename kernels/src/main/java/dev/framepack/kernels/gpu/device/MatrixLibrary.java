package dev.framepack.kernels.gpu.device;

import dev.framepack.kernels.tensor.DType;

/** Matrix products of a vendor's library, in the place of own kernels. Belongs to its device. */
public interface MatrixLibrary {

  /**
   * {@code y = x W^T} with sums in F32.
   *
   * @param input dtype of x {@code [rows, depth]} and W {@code [columns, depth]}
   * @param output dtype of y {@code [rows, columns]}: that of the input, or F32
   * @param alignment largest power of two, bytes, that divides all three addresses
   */
  record Product(DType input, DType output, long rows, long columns, long depth, int alignment) {}

  /** Name in reports. */
  String name();

  /**
   * A product as a function whose launch takes x, W and y on a grid and block of one.
   *
   * @throws DeviceException when the library has no way to compute it
   */
  DeviceFunction product(Product product);
}
