package dev.framepack.kernels.emulator.matrix;

/** Element type of the A and B operands of a matrix product. */
public enum MmaElement {
  BF16(16),
  F16(16),
  TF32(32),
  S8(8),
  U8(8);

  private final int bits;

  MmaElement(int bits) {
    this.bits = bits;
  }

  public int bits() {
    return bits;
  }

  /** Elements in one 32-bit register. */
  public int perRegister() {
    return 32 / bits;
  }

  public boolean isInteger() {
    return bits == 8;
  }

  /** Element {@code i} of a register as a float; exact. */
  float decode(int register, int i) {
    return switch (this) {
      case BF16 -> Float.intBitsToFloat(i == 0 ? register << 16 : register & 0xffff0000);
      case F16 -> Float.float16ToFloat((short) (register >>> (16 * i)));
      // The tensor core reads sign, exponent and the upper ten bits of the fraction.
      case TF32 -> Float.intBitsToFloat(register & 0xffffe000);
      case S8 -> (byte) (register >>> (8 * i));
      case U8 -> (register >>> (8 * i)) & 0xff;
    };
  }

  /** A 16-bit element as a float; exact. */
  float decode16(int halfWord) {
    return decode(halfWord & 0xffff, 0);
  }
}
