package dev.framepack.weights;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Element types a safetensors file may hold, named as the format names them.
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
  U64(64);

  /** The floating point types whose values {@link WeightTensor#toFloats()} decodes. */
  public static final Set<StorageType> FLOATING =
      Collections.unmodifiableSet(EnumSet.of(F64, F32, F16, BF16, F8_E4M3, F8_E5M2));

  /** The integer types, {@code BOOL} included. */
  public static final Set<StorageType> INTEGERS =
      Collections.unmodifiableSet(EnumSet.of(BOOL, U8, I8, U16, I16, U32, I32, U64, I64));

  private final int bits;

  StorageType(int bits) {
    this.bits = bits;
  }

  /** Bits one element takes in the file. */
  public int bits() {
    return bits;
  }

  /** The type with exactly this name (the format is case sensitive), or null. */
  static @Nullable StorageType byName(String name) {
    for (StorageType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }
}
