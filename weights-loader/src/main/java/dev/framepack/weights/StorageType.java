package dev.framepack.weights;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Element types a file may hold, named as safetensors names them; the quantised ones as GGUF does.
 *
 * <p>This is how values lie in the file, little endian and row-major; what the engine computes in
 * is a separate decision.
 */
public enum StorageType {
  BOOL(8),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  C64(64),
  F64(64),
  I64(64),
  U64(64),

  /** GGUF: blocks of 32 elements in 34 bytes, {@code d} f16 and 32 signed bytes, {@code d q}. */
  Q8_0(32, 34 * 8),
  /** GGUF: blocks of 32 elements in 18 bytes, {@code d} f16 and 32 nibbles, {@code d (q - 8)}. */
  Q4_0(32, 18 * 8),
  /**
   * GGUF: blocks of 256 elements in 144 bytes: 8 runs with 6-bit scales and minima of 32 nibbles.
   */
  Q4_K(256, 144 * 8);

  /** The floating point types whose values {@link WeightTensor#toFloats()} decodes. */
  public static final Set<StorageType> FLOATING =
      Collections.unmodifiableSet(
          EnumSet.of(F64, F32, F16, BF16, F8_E4M3, F8_E5M2, Q8_0, Q4_0, Q4_K));

  /** The integer types, {@code BOOL} included. */
  public static final Set<StorageType> INTEGERS =
      Collections.unmodifiableSet(EnumSet.of(BOOL, U8, I8, U16, I16, U32, I32, U64, I64));

  private final int blockElements;
  private final int bits;

  StorageType(int bits) {
    this(1, bits);
  }

  StorageType(int blockElements, int bits) {
    this.blockElements = blockElements;
    this.bits = bits;
  }

  /** Bits one block takes in the file: one element, but of the quantised types. */
  public int bits() {
    return bits;
  }

  /** Elements of one block; rows are whole blocks. */
  public int blockElements() {
    return blockElements;
  }

  /** Whether several elements share a scale. */
  public boolean isQuantised() {
    return blockElements > 1;
  }

  /**
   * Bits of so many elements, which are whole blocks.
   *
   * @throws ArithmeticException beyond 2^63-1
   */
  long bits(long elements) {
    if (elements % blockElements != 0) {
      throw new IllegalArgumentException(
          "%s has blocks of %s elements, found %s".formatted(this, blockElements, elements));
    }
    return Math.multiplyExact(elements / blockElements, (long) bits);
  }

  /** The type that safetensors calls so (the format is case sensitive), or null. */
  static @Nullable StorageType byName(String name) {
    for (StorageType type : values()) {
      if (!type.isQuantised() && type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }
}
