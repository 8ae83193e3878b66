package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.parse.PtxType;

/** Decodes f16, bf16 and packed arithmetic: computed exactly enough in double, rounded once. */
final class HalfArithmetic {
  private interface Operation {
    int of(int a, int b, int c);
  }

  private interface Real {
    double of(double a, double b, double c);
  }

  private HalfArithmetic() {}

  static Instruction decode(Form form, Decoder decoder, PtxType type) {
    boolean bf16 = type == PtxType.BF16 || type == PtxType.BF16X2;
    boolean packed = type == PtxType.F16X2 || type == PtxType.BF16X2;
    boolean nan = form.take("NaN");
    String rounding = form.takeAny("rn");
    boolean flush = form.take("ftz");
    boolean saturate = form.take("sat");
    boolean relu = form.take("relu");
    int sources =
        switch (form.opcode()) {
          case "fma" -> 3;
          case "abs", "neg" -> 1;
          default -> 2;
        };
    if (form.opcode().equals("fma") && rounding == null) {
      throw form.unknown("expected .rn");
    }
    Operation plain = operation(form, bf16, nan);
    Operation one =
        (a, b, c) -> {
          int x = plain.of(flushed(flush, a), flushed(flush, b), flushed(flush, c));
          float value = Half.from(bf16, flushed(flush, x));
          if (relu && value < 0) {
            value = 0;
          }
          if (saturate) {
            value = value > 0 ? Math.min(value, 1) : 0;
          }
          return relu || saturate ? Half.to(bf16, value) : flushed(flush, x);
        };
    Kernel kernel =
        IntegerKernels.ternary(
            packed
                ? (a, b, c) ->
                    one.of(a & 0xffff, b & 0xffff, c & 0xffff)
                        | one.of(a >>> 16, b >>> 16, c >>> 16) << 16
                : (a, b, c) -> one.of(a & 0xffff, b & 0xffff, c & 0xffff));
    return new Compute(
        kernel,
        decoder.destination(form, form.operand(0), type),
        ArithmeticFamily.sources(form, decoder, type, sources));
  }

  private static int flushed(boolean flush, int bits) {
    return flush && (bits & 0x7c00) == 0 ? bits & 0x8000 : bits;
  }

  private static Operation operation(Form form, boolean bf16, boolean nan) {
    return switch (form.opcode()) {
      case "add" -> real(bf16, (a, b, c) -> a + b);
      case "sub" -> real(bf16, (a, b, c) -> a - b);
      case "mul" -> real(bf16, (a, b, c) -> a * b);
      case "fma" -> real(bf16, (a, b, c) -> Math.fma(a, b, c));
      case "min" -> extreme(bf16, nan, true);
      case "max" -> extreme(bf16, nan, false);
      case "abs" -> (a, b, c) -> a & 0x7fff;
      case "neg" -> (a, b, c) -> a ^ 0x8000;
      default -> throw form.unknown("no 16-bit floating form");
    };
  }

  private static Operation real(boolean bf16, Real operation) {
    return (a, b, c) ->
        Half.to(bf16, operation.of(Half.from(bf16, a), Half.from(bf16, b), Half.from(bf16, c)));
  }

  private static Operation extreme(boolean bf16, boolean nan, boolean least) {
    return (a, b, c) -> {
      float x = Half.from(bf16, a);
      float y = Half.from(bf16, b);
      if (Float.isNaN(x) || Float.isNaN(y)) {
        return nan || (Float.isNaN(x) && Float.isNaN(y)) ? 0x7fff : Float.isNaN(x) ? b : a;
      }
      return Half.to(bf16, least ? Math.min(x, y) : Math.max(x, y));
    };
  }
}
