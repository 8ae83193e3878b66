package dev.framepack.kernels.tensor;

import java.util.Arrays;

/** Immutable dimensions, outermost first (row-major, PyTorch order). Rank 0 is a scalar. */
public final class Shape {
  private final long[] dims;
  private final long elementCount;

  private Shape(long[] dims) {
    long count = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new ShapeException("Shape: dimensions must be >= 0, found " + Arrays.toString(dims));
      }
      count = Math.multiplyExact(count, dim);
    }
    this.dims = dims;
    this.elementCount = count;
  }

  public static Shape of(long... dims) {
    return new Shape(dims.clone());
  }

  public int rank() {
    return dims.length;
  }

  /** Size of one axis; negative axes count from the end. */
  public long dim(int axis) {
    return dims[axis(axis)];
  }

  /** {@link #dim} as an int. */
  public int size(int axis) {
    return Math.toIntExact(dim(axis));
  }

  /** The axis as a non-negative number. */
  public int axis(int axis) {
    int positive = axis < 0 ? axis + dims.length : axis;
    if (positive < 0 || positive >= dims.length) {
      throw new ShapeException("Shape: axis " + axis + " does not exist in " + this);
    }
    return positive;
  }

  public long[] dims() {
    return dims.clone();
  }

  public long elementCount() {
    return elementCount;
  }

  /** Product of the dimensions in {@code [from, to)}. */
  public long product(int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= dims[i];
    }
    return product;
  }

  /** This shape with one axis changed. */
  public Shape with(int axis, long size) {
    long[] changed = dims.clone();
    changed[axis(axis)] = size;
    return new Shape(changed);
  }

  /** True when this shape equals the innermost axes of {@code other}. */
  public boolean isSuffixOf(Shape other) {
    int skip = other.dims.length - dims.length;
    return skip >= 0 && Arrays.equals(dims, 0, dims.length, other.dims, skip, other.dims.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
