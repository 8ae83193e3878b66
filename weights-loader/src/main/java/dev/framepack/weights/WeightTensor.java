package dev.framepack.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * One stored tensor: the seam between weight files and the engine.
 *
 * @param name its name
 * @param type how its elements are stored
 * @param shape dimensions, slowest first; empty for a scalar
 * @param data exactly its bytes, little endian, row-major, at no particular alignment
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by content
public record WeightTensor(String name, StorageType type, long[] shape, MemorySegment data) {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public WeightTensor {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    shape = shape.clone();
    long bits = type.bits(TensorInfo.elements(shape));
    if (bits % 8 != 0 || bits / 8 != data.byteSize()) {
      throw new IllegalArgumentException(
          "tensor %s %s %s needs %s bits, data has %s bytes"
              .formatted(name, type, Arrays.toString(shape), bits, data.byteSize()));
    }
  }

  /** An F32 tensor of the given values, on the heap. */
  public static WeightTensor ofFloats(String name, long[] shape, float... values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 4)]);
    MemorySegment.copy(values, 0, bytes, F32, 0, values.length);
    return new WeightTensor(name, StorageType.F32, shape, bytes);
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  public TensorInfo info() {
    return new TensorInfo(name, type, shape);
  }

  /** Product of the dimensions; 1 for a scalar. */
  public long elementCount() {
    return TensorInfo.elements(shape);
  }

  /**
   * All values as float32. Every F32, F16, BF16, F8_E4M3, F8_E5M2, Q8_0 and Q4_0 value is exact;
   * Q4_K, F64 and wide integers are rounded to nearest even.
   *
   * @throws WeightException {@code TENSOR_DECODE} for a type without a decoder (F4, F6, C64, ...)
   *     or more than 2^31-1 elements; {@code MODEL_CHANGED} when the mapped file shrank
   */
  public float[] toFloats() {
    long count = elementCount();
    if (count > Integer.MAX_VALUE - 8) {
      throw WeightException.inTensor(
          WeightError.TENSOR_DECODE, null, name, count + " elements do not fit one float array");
    }
    float[] values = new float[(int) count];
    FloatDecoder.decode(
        this,
        (position, chunk, length) -> System.arraycopy(chunk, 0, values, (int) position, length));
    return values;
  }

  /**
   * Writes all values as native-order float32 into {@code destination}, which must hold at least 4
   * bytes per element. Conversions and errors as {@link #toFloats()}.
   */
  public void copyToF32(MemorySegment destination) {
    long count = elementCount();
    if (destination.byteSize() < Math.multiplyExact(count, Float.BYTES)) {
      throw new IllegalArgumentException(
          "tensor %s needs %s bytes as F32, destination has %s"
              .formatted(name, count * Float.BYTES, destination.byteSize()));
    }
    FloatDecoder.decode(
        this,
        (position, chunk, length) ->
            MemorySegment.copy(
                chunk,
                0,
                destination,
                ValueLayout.JAVA_FLOAT_UNALIGNED,
                position * Float.BYTES,
                length));
  }

  /**
   * Copies the bytes as they are stored into {@code destination}, which must hold as many.
   *
   * @throws WeightException {@code MODEL_CHANGED} when the mapped file shrank
   */
  public void copyStored(MemorySegment destination) {
    try {
      MemorySegment.copy(data, 0, destination, 0, data.byteSize());
    } catch (InternalError fault) {
      throw MappedFiles.changed(name, fault);
    }
  }

  /**
   * All values of an integer tensor.
   *
   * @throws WeightException {@code TENSOR_DECODE} for floating point types and for a U64 value over
   *     2^63-1
   */
  public long[] toLongs() {
    return LongDecoder.decode(this);
  }

  /** How many values are NaN or infinite; 0 for integer types. Reads all the data. */
  public long countNonFinite() {
    if (StorageType.INTEGERS.contains(type)) {
      return 0;
    }
    long[] found = new long[1];
    FloatDecoder.decode(
        this,
        (position, chunk, length) -> {
          for (int i = 0; i < length; i++) {
            found[0] += Float.isFinite(chunk[i]) ? 0 : 1;
          }
        });
    return found[0];
  }

  WeightTensor withName(String other) {
    return new WeightTensor(other, type, shape, data);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WeightTensor that
        && name.equals(that.name)
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && data.mismatch(that.data) == -1;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, type, Arrays.hashCode(shape));
  }

  @Override
  public String toString() {
    return info().toString();
  }
}
