package dev.framepack.kernels.emulator.parse;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A PTX type as written after the dot. */
public enum PtxType {
  PRED("pred", 1, Kind.PREDICATE),
  B8("b8", 8, Kind.BITS),
  U8("u8", 8, Kind.UNSIGNED),
  S8("s8", 8, Kind.SIGNED),
  B16("b16", 16, Kind.BITS),
  U16("u16", 16, Kind.UNSIGNED),
  S16("s16", 16, Kind.SIGNED),
  F16("f16", 16, Kind.FLOAT),
  BF16("bf16", 16, Kind.FLOAT),
  B32("b32", 32, Kind.BITS),
  U32("u32", 32, Kind.UNSIGNED),
  S32("s32", 32, Kind.SIGNED),
  F16X2("f16x2", 32, Kind.FLOAT),
  BF16X2("bf16x2", 32, Kind.FLOAT),
  F32("f32", 32, Kind.FLOAT),
  TF32("tf32", 32, Kind.FLOAT),
  B64("b64", 64, Kind.BITS),
  U64("u64", 64, Kind.UNSIGNED),
  S64("s64", 64, Kind.SIGNED),
  F64("f64", 64, Kind.FLOAT);

  /** How the bits are read. */
  public enum Kind {
    PREDICATE,
    BITS,
    UNSIGNED,
    SIGNED,
    FLOAT
  }

  private static final Map<String, PtxType> BY_TEXT = new HashMap<>();

  static {
    for (PtxType type : values()) {
      BY_TEXT.put(type.text, type);
    }
  }

  private final String text;
  private final int bits;
  private final Kind kind;

  PtxType(String text, int bits, Kind kind) {
    this.text = text;
    this.bits = bits;
    this.kind = kind;
  }

  /** The type of that name without dot, or null. */
  public static @Nullable PtxType of(String text) {
    return BY_TEXT.get(text);
  }

  public int bits() {
    return bits;
  }

  /** Bytes in memory. */
  public int bytes() {
    return bits / 8;
  }

  public Kind kind() {
    return kind;
  }

  public boolean isSigned() {
    return kind == Kind.SIGNED;
  }

  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  @Override
  public String toString() {
    return "." + text;
  }
}
