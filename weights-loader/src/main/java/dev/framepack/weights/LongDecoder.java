package dev.framepack.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;

/** Turns stored integers into longs. */
final class LongDecoder {
  private static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LongDecoder() {}

  static long[] decode(WeightTensor tensor) {
    StorageType type = tensor.type();
    if (!StorageType.INTEGERS.contains(type)) {
      throw fault(tensor, "type " + type + " is not an integer type");
    }
    if (tensor.elementCount() > Integer.MAX_VALUE - 8) {
      throw fault(tensor, tensor.elementCount() + " elements do not fit one long array");
    }
    long[] values = new long[(int) tensor.elementCount()];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = read(tensor.data(), type, i);
        if (type == StorageType.U64 && values[i] < 0) {
          throw fault(tensor, Long.toUnsignedString(values[i]) + " exceeds 2^63-1");
        }
      }
    } catch (InternalError mappedFileFault) {
      throw MappedFiles.changed(tensor.name(), mappedFileFault);
    }
    return values;
  }

  /** The raw value of element {@code index}; a U64 over 2^63-1 comes back negative. */
  static long read(MemorySegment data, StorageType type, long index) {
    return switch (type) {
      case I8 -> data.get(ValueLayout.JAVA_BYTE, index);
      case BOOL -> data.get(ValueLayout.JAVA_BYTE, index) != 0 ? 1 : 0;
      case U8 -> data.get(ValueLayout.JAVA_BYTE, index) & 0xFFL;
      case I16 -> data.get(I16, index * 2);
      case U16 -> data.get(I16, index * 2) & 0xFFFFL;
      case I32 -> data.get(I32, index * 4);
      case U32 -> data.get(I32, index * 4) & 0xFFFF_FFFFL;
      case I64, U64 -> data.get(I64, index * 8);
      default -> throw new IllegalArgumentException(type + " is not an integer type");
    };
  }

  static float unsignedToFloat(long value) {
    return new BigInteger(Long.toUnsignedString(value)).floatValue();
  }

  private static WeightException fault(WeightTensor tensor, String problem) {
    return WeightException.inTensor(WeightError.TENSOR_DECODE, null, tensor.name(), problem);
  }
}
