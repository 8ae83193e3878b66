package dev.framepack.kernels.tensor;

/** Shape and element type of a tensor: all an operation must know to infer its outputs. */
public record TensorType(Shape shape, DType dtype) {

  public static TensorType f32(long... dims) {
    return new TensorType(Shape.of(dims), DType.F32);
  }

  /** Bytes without meaning. */
  public static TensorType bytes(long count) {
    return new TensorType(Shape.of(count), DType.U8);
  }

  public long byteSize() {
    return Math.multiplyExact(shape.elementCount(), dtype.byteSize());
  }

  public TensorType withShape(Shape changed) {
    return new TensorType(changed, dtype);
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
