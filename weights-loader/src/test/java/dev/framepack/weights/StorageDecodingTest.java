package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every stored value decodes to exactly the number it stands for. */
class StorageDecodingTest {
  private static WeightTensor tensor(StorageType type, int count, Consumer<ByteBuffer> fill) {
    ByteBuffer bytes = ByteBuffer.allocate(count * type.bits() / 8).order(ByteOrder.LITTLE_ENDIAN);
    fill.accept(bytes);
    return new WeightTensor("t", type, new long[] {count}, MemorySegment.ofArray(bytes.array()));
  }

  private static WeightTensor allCodes(StorageType type) {
    int count = 1 << type.bits();
    return tensor(
        type,
        count,
        bytes -> {
          for (int i = 0; i < count; i++) {
            if (type.bits() == 8) {
              bytes.put((byte) i);
            } else {
              bytes.putShort((short) i);
            }
          }
        });
  }

  /**
   * Sign, exponent and mantissa as the format's definition has them, in exact double arithmetic.
   */
  private static double defined(int code, int exponentBits, int mantissaBits, boolean infinities) {
    int exponent = (code >> mantissaBits) & ((1 << exponentBits) - 1);
    int mantissa = code & ((1 << mantissaBits) - 1);
    int bias = (1 << (exponentBits - 1)) - 1;
    double sign = (code >> (exponentBits + mantissaBits)) == 0 ? 1 : -1;
    boolean top = exponent == (1 << exponentBits) - 1;
    if (top && infinities) {
      return mantissa == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    if (top && mantissa == (1 << mantissaBits) - 1) {
      return Double.NaN;
    }
    double fraction = mantissa / (double) (1 << mantissaBits);
    return exponent == 0
        ? sign * fraction * Math.pow(2, 1 - bias)
        : sign * (1 + fraction) * Math.pow(2, exponent - bias);
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "F8_E4M3", "F8_E5M2"})
  void everyCodeIsExact(StorageType type) {
    int exponentBits =
        switch (type) {
          case F16, F8_E5M2 -> 5;
          case BF16 -> 8;
          default -> 4;
        };
    int mantissaBits = type.bits() - 1 - exponentBits;
    float[] decoded = allCodes(type).toFloats();
    assertThat(decoded).hasSize(1 << type.bits());
    for (int code = 0; code < decoded.length; code++) {
      double expected = defined(code, exponentBits, mantissaBits, type != StorageType.F8_E4M3);
      if (Double.isNaN(expected)) {
        assertThat(decoded[code]).as("code %x", code).isNaN();
      } else {
        assertThat(Float.floatToRawIntBits(decoded[code]))
            .as("code %x", code)
            .isEqualTo(Float.floatToRawIntBits((float) expected));
        assertThat((double) decoded[code]).isEqualTo(expected);
      }
    }
  }

  @Test
  void knownFloat8Values() {
    float[] e4m3 = allCodes(StorageType.F8_E4M3).toFloats();
    assertThat(e4m3[0x7e]).isEqualTo(448f);
    assertThat(e4m3[0x01]).isEqualTo(0x1p-9f);
    assertThat(e4m3[0x7f]).isNaN();
    float[] e5m2 = allCodes(StorageType.F8_E5M2).toFloats();
    assertThat(e5m2[0x7b]).isEqualTo(57344f);
    assertThat(e5m2[0x01]).isEqualTo(0x1p-16f);
    assertThat(e5m2[0xfc]).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void float32KeepsItsBits() {
    int[] bits = {0, 1, 0x80000000, 0x3f800000, 0x7f7fffff, 0x7f800000, 0xff800000};
    float[] values =
        tensor(
                StorageType.F32,
                bits.length,
                b -> {
                  for (int value : bits) {
                    b.putInt(value);
                  }
                })
            .toFloats();
    for (int i = 0; i < bits.length; i++) {
      assertThat(Float.floatToRawIntBits(values[i])).isEqualTo(bits[i]);
    }
  }

  @Test
  void float64RoundsToNearest() {
    double[] doubles = {1.0, 0.1, 1e300, -1e-300, 1 + 0x1p-24, 1 + 0x1.8p-23};
    float[] values =
        tensor(
                StorageType.F64,
                doubles.length,
                b -> {
                  for (double value : doubles) {
                    b.putDouble(value);
                  }
                })
            .toFloats();
    assertThat(values).containsExactly(1f, 0.1f, Float.POSITIVE_INFINITY, -0f, 1f, 1 + 0x1p-22f);
  }

  @Test
  void integersKeepTheirSign() {
    WeightTensor signed = tensor(StorageType.I8, 2, b -> b.put((byte) -1).put((byte) 127));
    WeightTensor unsigned = tensor(StorageType.U8, 2, b -> b.put((byte) -1).put((byte) 127));
    assertThat(signed.toLongs()).containsExactly(-1, 127);
    assertThat(unsigned.toLongs()).containsExactly(255, 127);
    assertThat(signed.toFloats()).containsExactly(-1, 127);
    assertThat(unsigned.toFloats()).containsExactly(255, 127);
    assertThat(tensor(StorageType.I16, 1, b -> b.putShort((short) -2)).toLongs())
        .containsExactly(-2);
    assertThat(tensor(StorageType.U16, 1, b -> b.putShort((short) -2)).toLongs())
        .containsExactly(65534);
    assertThat(tensor(StorageType.I32, 1, b -> b.putInt(-3)).toLongs()).containsExactly(-3);
    assertThat(tensor(StorageType.U32, 1, b -> b.putInt(-3)).toLongs())
        .containsExactly(4294967293L);
    assertThat(tensor(StorageType.BOOL, 2, b -> b.put((byte) 0).put((byte) 1)).toLongs())
        .containsExactly(0, 1);
  }

  @Test
  void wideIntegers() {
    WeightTensor i64 = tensor(StorageType.I64, 1, b -> b.putLong(Long.MIN_VALUE));
    assertThat(i64.toLongs()).containsExactly(Long.MIN_VALUE);
    assertThat(i64.toFloats()).containsExactly(-0x1p63f);
    WeightTensor u64 = tensor(StorageType.U64, 1, b -> b.putLong(-1));
    assertThat(u64.toFloats()).containsExactly(0x1p64f);
    Refusal.of(u64::toLongs, "TENSOR_DECODE", "18446744073709551615");
  }

  @Test
  void bulkCopyCrossesChunks() {
    int count = 100_003;
    WeightTensor tensor =
        tensor(
            StorageType.BF16,
            count,
            b -> {
              for (int i = 0; i < count; i++) {
                b.putShort((short) i);
              }
            });
    float[] values = tensor.toFloats();
    for (int i = 0; i < count; i++) {
      assertThat(Float.floatToRawIntBits(values[i])).isEqualTo((i & 0xffff) << 16);
    }
  }

  @Test
  void unsupportedTypesSaySo() {
    WeightTensor f4 = tensor(StorageType.F4, 2, b -> b.put((byte) 0));
    Refusal.of(f4::toFloats, "TENSOR_DECODE", "'t'", "F4");
    Refusal.of(allCodes(StorageType.F8_E4M3)::toLongs, "TENSOR_DECODE", "F8_E4M3");
  }

  @Test
  void countsNonFiniteValues() {
    assertThat(allCodes(StorageType.F8_E4M3).countNonFinite()).isEqualTo(2);
    assertThat(allCodes(StorageType.F8_E5M2).countNonFinite()).isEqualTo(8);
    assertThat(allCodes(StorageType.U8).countNonFinite()).isZero();
  }

  @Test
  void dataMustHaveTheSizeOfTheShape() {
    MemorySegment five = MemorySegment.ofArray(new byte[5]);
    assertThatThrownBy(() -> new WeightTensor("t", StorageType.F32, new long[] {1}, five))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 bytes");
  }
}
