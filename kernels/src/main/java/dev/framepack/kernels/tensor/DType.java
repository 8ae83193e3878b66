package dev.framepack.kernels.tensor;

/** Element type a kernel computes with or stores; what files may hold is another matter. */
public enum DType {
  F32(4),
  BF16(2),
  F16(2),
  I32(4),
  U8(1);

  private final int byteSize;

  DType(int byteSize) {
    this.byteSize = byteSize;
  }

  /** True for the types kernels compute with: F32, BF16 and F16. */
  public boolean isFloating() {
    return this == F32 || this == BF16 || this == F16;
  }

  /** Bytes of one element. */
  public int byteSize() {
    return byteSize;
  }
}
