package dev.framepack.weights;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * A tensor a model cannot do without.
 *
 * @param name canonical name
 * @param shape exact dimensions
 * @param types storage types the model can read
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by content
public record ExpectedTensor(String name, long[] shape, Set<StorageType> types) {
  public ExpectedTensor {
    Objects.requireNonNull(name, "name");
    shape = shape.clone();
    types = Collections.unmodifiableSet(EnumSet.copyOf(types));
  }

  /** A tensor of floating point values in any of the types that decode exactly. */
  public static ExpectedTensor of(String name, long... shape) {
    return new ExpectedTensor(name, shape, StorageType.FLOATING);
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  boolean hasShape(TensorInfo info) {
    return Arrays.equals(shape, info.shape());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExpectedTensor that
        && name.equals(that.name)
        && Arrays.equals(shape, that.shape)
        && types.equals(that.types);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, Arrays.hashCode(shape), types);
  }

  @Override
  public String toString() {
    return name + " " + Arrays.toString(shape);
  }
}
