package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.exec.Float32.Rounding;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** One value from one type to another; the slow and complete way. */
record Convert(
    PtxType to,
    PtxType from,
    @Nullable String rounding,
    boolean flush,
    boolean saturate,
    boolean relu) {

  long of(long bits) {
    long result;
    if (from.isFloat()) {
      double value = real(bits);
      if (rounding != null && rounding.endsWith("i") && to.isFloat()) {
        value = integral(value);
      }
      result = to.isFloat() ? toFloat(value) : toInteger(value);
    } else {
      BigInteger value = integer(bits);
      result = to.isFloat() ? toFloat(value) : cut(value);
    }
    return result;
  }

  private double real(long bits) {
    return switch (from) {
      case F16 -> Half.fromF16((int) bits);
      case BF16 -> Half.fromBf16((int) bits);
      case F32 -> Float.intBitsToFloat(flush ? Float32.flush((int) bits) : (int) bits);
      default -> Double.longBitsToDouble(bits);
    };
  }

  private BigInteger integer(long bits) {
    return switch (from) {
      case S8 -> BigInteger.valueOf((byte) bits);
      case U8 -> BigInteger.valueOf(bits & 0xff);
      case S16 -> BigInteger.valueOf((short) bits);
      case U16 -> BigInteger.valueOf(bits & 0xffff);
      case S32 -> BigInteger.valueOf((int) bits);
      case U32 -> BigInteger.valueOf(bits & 0xffffffffL);
      case U64 -> new BigInteger(Long.toUnsignedString(bits));
      default -> BigInteger.valueOf(bits);
    };
  }

  private BigInteger least() {
    return to.isSigned() ? BigInteger.ONE.shiftLeft(to.bits() - 1).negate() : BigInteger.ZERO;
  }

  private BigInteger most() {
    return BigInteger.ONE
        .shiftLeft(to.isSigned() ? to.bits() - 1 : to.bits())
        .subtract(BigInteger.ONE);
  }

  private long cut(BigInteger value) {
    return register((saturate ? value.max(least()).min(most()) : value).longValue());
  }

  /** A value as its register holds it: 8-bit ones sign-extended, 16-bit ones zero-extended. */
  private long register(long value) {
    return switch (to) {
      case S8 -> (byte) value;
      case U8 -> value & 0xff;
      case S16, U16 -> value & 0xffff;
      default -> value;
    };
  }

  /** Float to integer clamps; NaN gives 0, as PTX says for narrow results. */
  private long toInteger(double value) {
    if (Double.isNaN(value)) {
      return 0;
    }
    double whole = integral(value);
    if (Double.isInfinite(whole)) {
      return register((whole > 0 ? most() : least()).longValue());
    }
    BigInteger exact = new BigDecimal(whole).toBigInteger();
    return register(exact.max(least()).min(most()).longValue());
  }

  private double integral(double value) {
    return switch (rounding == null ? "rni" : rounding) {
      case "rzi" -> value < 0 ? Math.ceil(value) : Math.floor(value);
      case "rmi" -> Math.floor(value);
      case "rpi" -> Math.ceil(value);
      default -> Math.rint(value);
    };
  }

  private long toFloat(BigInteger value) {
    if (to == PtxType.F64) {
      return Double.doubleToRawLongBits(value.doubleValue());
    }
    if (value.bitLength() <= 53) {
      return toFloat(value.doubleValue());
    }
    // Wider than a double: to odd at 53 bits, then the one real rounding.
    int drop = value.abs().bitLength() - 54;
    BigInteger magnitude = value.abs().shiftRight(drop).shiftLeft(drop);
    boolean sticky = !magnitude.equals(value.abs());
    BigInteger odd = sticky ? magnitude.setBit(drop) : magnitude;
    double approximate = new BigDecimal(odd.shiftRight(drop)).doubleValue() * Math.scalb(1.0, drop);
    return toFloat(value.signum() < 0 ? -approximate : approximate);
  }

  private long toFloat(double value) {
    double kept = value;
    if (relu && !(kept > 0)) {
      kept = Double.isNaN(kept) ? kept : 0;
    }
    if (saturate) {
      kept = kept > 0 ? Math.min(kept, 1) : 0;
    }
    if (to == PtxType.F64) {
      return Double.doubleToRawLongBits(kept);
    }
    Rounding way = rounding == null ? Rounding.NEAREST : FloatArithmetic.rounding(rounding);
    if (rounding != null && rounding.endsWith("i")) {
      way = Rounding.NEAREST;
    }
    if (to == PtxType.TF32) {
      int bits = Float.floatToRawIntBits((float) kept);
      return Double.isNaN(kept) ? Float32.CANONICAL_NAN : (bits + 0x1000) & 0xffffe000;
    }
    if (to == PtxType.F32) {
      float nearest = (float) kept;
      if (way != Rounding.NEAREST && Double.isFinite(kept)) {
        nearest = directed(kept, way);
      }
      int bits = Float.floatToRawIntBits(nearest);
      bits = Double.isNaN(kept) ? Float32.CANONICAL_NAN : bits;
      return flush ? Float32.flush(bits) : bits;
    }
    boolean bf16 = to == PtxType.BF16;
    return way == Rounding.NEAREST || !Double.isFinite(kept)
        ? Half.to(bf16, kept)
        : directedHalf(bf16, kept, way);
  }

  private static float directed(double value, Rounding way) {
    float nearest = (float) value;
    if (nearest == value) {
      return nearest;
    }
    boolean up = way == Rounding.UP || (way == Rounding.ZERO && value < 0);
    if (up) {
      return nearest < value ? Math.nextUp(nearest) : nearest;
    }
    return nearest > value ? Math.nextDown(nearest) : nearest;
  }

  private static int directedHalf(boolean bf16, double value, Rounding way) {
    int nearest = Half.to(bf16, value);
    double found = Half.from(bf16, nearest);
    if (found == value) {
      return nearest;
    }
    boolean up = way == Rounding.UP || (way == Rounding.ZERO && value < 0);
    boolean away = found > value == found > 0;
    boolean wrong = up ? found < value : found > value;
    if (!wrong) {
      return nearest;
    }
    return away ? nearest - 1 : nearest + 1;
  }
}
