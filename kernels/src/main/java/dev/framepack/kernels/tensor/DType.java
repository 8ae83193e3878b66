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

  /** Bytes of one element. */
  public int byteSize() {
    return byteSize;
  }
}
