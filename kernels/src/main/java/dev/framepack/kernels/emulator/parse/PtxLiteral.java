package dev.framepack.kernels.emulator.parse;

/** Numbers as PTX writes them. */
final class PtxLiteral {
  private PtxLiteral() {}

  /**
   * @throws NumberFormatException when it is none
   */
  static PtxOperand of(String text, boolean negative) {
    String lower = text.toLowerCase(java.util.Locale.ROOT);
    if (lower.startsWith("0f") && lower.length() == 10) {
      int bits = Integer.parseUnsignedInt(lower.substring(2), 16);
      bits = negative ? bits ^ 0x80000000 : bits;
      return new PtxOperand.FloatLiteral(
          Float.intBitsToFloat(bits), bits, PtxOperand.FloatLiteral.Width.HEX32);
    }
    if (lower.startsWith("0d") && lower.length() == 18) {
      long bits = Long.parseUnsignedLong(lower.substring(2), 16);
      bits = negative ? bits ^ Long.MIN_VALUE : bits;
      return new PtxOperand.FloatLiteral(
          Double.longBitsToDouble(bits), bits, PtxOperand.FloatLiteral.Width.HEX64);
    }
    if (!lower.startsWith("0x") && (lower.contains(".") || lower.contains("e"))) {
      double value = negative ? -Double.parseDouble(text) : Double.parseDouble(text);
      return new PtxOperand.FloatLiteral(
          value, Double.doubleToRawLongBits(value), PtxOperand.FloatLiteral.Width.DECIMAL);
    }
    long value = integer(lower);
    return new PtxOperand.IntegerLiteral(negative ? -value : value);
  }

  static long integer(String lower) {
    String digits = lower.endsWith("u") ? lower.substring(0, lower.length() - 1) : lower;
    if (digits.startsWith("0x")) {
      return Long.parseUnsignedLong(digits.substring(2), 16);
    }
    if (digits.startsWith("0b")) {
      return Long.parseUnsignedLong(digits.substring(2), 2);
    }
    if (digits.length() > 1 && digits.startsWith("0")) {
      return Long.parseUnsignedLong(digits, 8);
    }
    return Long.parseUnsignedLong(digits);
  }
}
