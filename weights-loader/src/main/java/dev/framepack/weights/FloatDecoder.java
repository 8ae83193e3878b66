package dev.framepack.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Turns stored elements into float32, a cache-sized chunk at a time. */
final class FloatDecoder {
  /** Receives {@code length} decoded values that start at element {@code position}. */
  @FunctionalInterface
  interface Sink {
    void accept(long position, float[] chunk, int length);
  }

  /** Fills {@code out} with {@code length} values from element {@code position}. */
  @FunctionalInterface
  private interface ChunkReader {
    void read(MemorySegment data, long position, float[] out, int length);
  }

  private static final int CHUNK = 8192;
  private static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final float[] E4M3_VALUES = float8Table(4, 3);
  private static final float[] E5M2_VALUES = float8Table(5, 2);

  private FloatDecoder() {}

  static void decode(WeightTensor tensor, Sink sink) {
    ChunkReader reader = readerFor(tensor);
    MemorySegment data = tensor.data();
    long count = tensor.elementCount();
    float[] chunk = new float[(int) Math.min(CHUNK, count)];
    try {
      for (long position = 0; position < count; position += CHUNK) {
        int length = (int) Math.min(CHUNK, count - position);
        reader.read(data, position, chunk, length);
        sink.accept(position, chunk, length);
      }
    } catch (InternalError fault) {
      throw MappedFiles.changed(tensor.name(), fault);
    }
  }

  private static ChunkReader readerFor(WeightTensor tensor) {
    return switch (tensor.type()) {
      case F32 ->
          (data, position, out, length) ->
              MemorySegment.copy(data, F32, position * 4, out, 0, length);
      case BF16 -> FloatDecoder::readBf16;
      case F16 -> FloatDecoder::readF16;
      case F8_E4M3 ->
          (data, position, out, length) -> readBytes(data, position, out, length, E4M3_VALUES);
      case F8_E5M2 ->
          (data, position, out, length) -> readBytes(data, position, out, length, E5M2_VALUES);
      case F64 -> FloatDecoder::readF64;
      case Q8_0 -> QuantisedDecoder::readQ8;
      case Q4_0 -> QuantisedDecoder::readQ4;
      case Q4_K -> QuantisedDecoder::readQ4K;
      case BOOL, U8, I8, U16, I16, U32, I32, U64, I64 -> integers(tensor.type());
      case F4, F6_E2M3, F6_E3M2, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ, C64 ->
          throw WeightException.inTensor(
              WeightError.TENSOR_DECODE,
              null,
              tensor.name(),
              "type " + tensor.type() + " has no decoder");
    };
  }

  private static void readBf16(MemorySegment data, long position, float[] out, int length) {
    short[] raw = new short[length];
    MemorySegment.copy(data, I16, position * 2, raw, 0, length);
    for (int i = 0; i < length; i++) {
      out[i] = Float.intBitsToFloat(raw[i] << 16);
    }
  }

  private static void readF16(MemorySegment data, long position, float[] out, int length) {
    short[] raw = new short[length];
    MemorySegment.copy(data, I16, position * 2, raw, 0, length);
    for (int i = 0; i < length; i++) {
      out[i] = Float.float16ToFloat(raw[i]);
    }
  }

  private static void readBytes(
      MemorySegment data, long position, float[] out, int length, float[] table) {
    byte[] raw = new byte[length];
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, position, raw, 0, length);
    for (int i = 0; i < length; i++) {
      out[i] = table[raw[i] & 0xFF];
    }
  }

  private static void readF64(MemorySegment data, long position, float[] out, int length) {
    for (int i = 0; i < length; i++) {
      out[i] = (float) data.get(F64, (position + i) * 8);
    }
  }

  private static ChunkReader integers(StorageType type) {
    return (data, position, out, length) -> {
      for (int i = 0; i < length; i++) {
        long value = LongDecoder.read(data, type, position + i);
        out[i] =
            type == StorageType.U64 && value < 0
                ? LongDecoder.unsignedToFloat(value)
                : (float) value;
      }
    };
  }

  /**
   * The 256 values of an 8-bit float with a sign bit. E5M2 follows IEEE 754 (top exponent is
   * infinity and NaN); E4M3 is the "FN" variant: no infinity, NaN only at all ones, top exponent
   * otherwise ordinary (Micikevicius et al., "FP8 Formats for Deep Learning", arXiv 2209.05433).
   */
  private static float[] float8Table(int exponentBits, int mantissaBits) {
    float[] values = new float[256];
    int bias = (1 << (exponentBits - 1)) - 1;
    int topExponent = (1 << exponentBits) - 1;
    int mantissaMask = (1 << mantissaBits) - 1;
    for (int code = 0; code < 256; code++) {
      int exponent = (code >> mantissaBits) & topExponent;
      int mantissa = code & mantissaMask;
      boolean ieee = exponentBits == 5;
      double magnitude;
      if (exponent == topExponent && (ieee || mantissa == mantissaMask)) {
        magnitude = ieee && mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      } else if (exponent == 0) {
        magnitude = mantissa * Math.scalb(1.0, 1 - bias - mantissaBits);
      } else {
        magnitude = Math.scalb(1.0 + mantissa * Math.scalb(1.0, -mantissaBits), exponent - bias);
      }
      values[code] = (float) (code < 128 ? magnitude : -magnitude);
    }
    return values;
  }
}
