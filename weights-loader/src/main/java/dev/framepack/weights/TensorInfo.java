package dev.framepack.weights;

import java.util.Arrays;
import java.util.Objects;

/**
 * What a weight file says about one tensor, without its data.
 *
 * @param name the name in the file (or the canonical name, see {@link ComponentWeights})
 * @param type how the elements are stored
 * @param shape dimensions, slowest first; empty for a scalar
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by content
public record TensorInfo(String name, StorageType type, long[] shape) {
  public TensorInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    shape = shape.clone();
    elements(shape);
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** Product of the dimensions; 1 for a scalar. */
  public long elementCount() {
    return elements(shape);
  }

  /** Bytes the data takes in the file. */
  public long byteSize() {
    return type.bits(elementCount()) / 8;
  }

  TensorInfo withName(String other) {
    return new TensorInfo(other, type, shape);
  }

  static long elements(long[] shape) {
    long count = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(shape));
      }
      count = Math.multiplyExact(count, dimension);
    }
    return count;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorInfo that
        && name.equals(that.name)
        && type == that.type
        && Arrays.equals(shape, that.shape);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, type, Arrays.hashCode(shape));
  }

  @Override
  public String toString() {
    return name + " " + type + " " + Arrays.toString(shape);
  }
}
