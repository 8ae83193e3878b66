package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * Reciprocals, roots and transcendental functions. An approximate one gives the correctly rounded
 * value, plus the jitter of the options.
 */
final class MathFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of("rcp", "sqrt", "rsqrt", "ex2", "lg2", "sin", "cos", "tanh");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    PtxType type = form.takeType();
    boolean approximate = form.take("approx");
    boolean flush = form.take("ftz");
    boolean exact = !approximate && form.take("rn");
    if (approximate == exact && type != PtxType.F64) {
      throw form.unknown("expected .approx or .rn");
    }
    Kernel kernel =
        switch (type) {
          case F32 -> single(form, approximate);
          case F64 -> wide(form);
          case F16, BF16, F16X2, BF16X2 -> half(form, type);
          default -> throw form.unknown("no form for " + type);
        };
    if (approximate && type == PtxType.F32) {
      kernel = Jitter.around(kernel, decoder.options());
    }
    if (flush && type == PtxType.F32) {
      kernel = Float32.flushing(kernel);
    }
    return new Compute(
        kernel,
        decoder.destination(form, form.operand(0), type),
        ArithmeticFamily.sources(form, decoder, type, 1));
  }

  private static Kernel single(Form form, boolean approximate) {
    return switch (form.opcode()) {
      case "rcp" -> FloatKernels.RCP;
      case "sqrt" -> FloatKernels.SQRT;
      default -> {
        if (!approximate) {
          throw form.unknown("expected .approx");
        }
        DoubleUnaryOperator function = function(form);
        yield (r, q, d, a, b, c) -> {
          for (int l = 0; l < 32; l++) {
            float x = Float.intBitsToFloat(r[a + l]);
            r[d + l] = Float.floatToRawIntBits((float) function.applyAsDouble(x));
          }
        };
      }
    };
  }

  private static Kernel wide(Form form) {
    return switch (form.opcode()) {
      case "rcp" -> FloatKernels.RCP64;
      case "sqrt" -> FloatKernels.SQRT64;
      default -> throw form.unknown("no f64 form");
    };
  }

  private static Kernel half(Form form, PtxType type) {
    if (!form.opcode().equals("ex2") && !form.opcode().equals("tanh")) {
      throw form.unknown("no form for " + type);
    }
    DoubleUnaryOperator function = function(form);
    boolean bf16 = type == PtxType.BF16 || type == PtxType.BF16X2;
    boolean packed = type == PtxType.F16X2 || type == PtxType.BF16X2;
    return IntegerKernels.ternary((a, b, c) -> {
      int low = Half.to(bf16, function.applyAsDouble(Half.from(bf16, a & 0xffff)));
      int high = packed ? Half.to(bf16, function.applyAsDouble(Half.from(bf16, a >>> 16))) : 0;
      return low | high << 16;
    });
  }

  private static DoubleUnaryOperator function(Form form) {
    return switch (form.opcode()) {
      case "rsqrt" -> x -> 1 / Math.sqrt(x);
      case "ex2" -> MathFamily::exp2;
      case "lg2" -> x -> Math.log(x) / LN2;
      case "sin" -> Math::sin;
      case "cos" -> Math::cos;
      case "tanh" -> Math::tanh;
      default -> throw form.unknown("no such function");
    };
  }

  private static final double LN2 = Math.log(2);

  /** 2^x: whole powers are exact. */
  private static double exp2(double x) {
    if (!(Math.abs(x) < 1000)) {
      return x > 0 ? Double.POSITIVE_INFINITY : x < 0 ? 0 : Double.NaN;
    }
    double whole = Math.rint(x);
    return Math.scalb(Math.exp((x - whole) * LN2), (int) whole);
  }
}
