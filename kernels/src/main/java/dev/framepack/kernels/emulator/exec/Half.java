package dev.framepack.kernels.emulator.exec;

/** 16-bit floats as bits. */
final class Half {
  private Half() {}

  static float fromF16(int bits) {
    return Float.float16ToFloat((short) bits);
  }

  static int toF16(float value) {
    return Float.isNaN(value) ? 0x7fff : Float.floatToFloat16(value) & 0xffff;
  }

  static float fromBf16(int bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Round to nearest even; NaN becomes 0x7fff as on hardware. */
  static int toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16;
    return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fff : rounded;
  }

  static float from(boolean bf16, int bits) {
    return bf16 ? fromBf16(bits) : fromF16(bits);
  }

  static int to(boolean bf16, float value) {
    return bf16 ? toBf16(value) : toF16(value);
  }

  /** A double to 16 bits in one rounding: odd rounding to float keeps the sticky bit. */
  static int to(boolean bf16, double value) {
    float nearest = (float) value;
    if (nearest != value && Float.isFinite(nearest)) {
      int bits = Float.floatToRawIntBits(nearest);
      boolean beyond = Math.abs((double) nearest) > Math.abs(value);
      int truncated = beyond ? bits - 1 : bits;
      nearest = Float.intBitsToFloat(truncated | 1);
    }
    return to(bf16, nearest);
  }
}
