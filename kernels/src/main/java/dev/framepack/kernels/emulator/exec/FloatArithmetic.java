package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.exec.Float32.Rounding;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.math.BigDecimal;
import java.math.MathContext;

/** Decodes f32 and f64 arithmetic. */
final class FloatArithmetic {
  private record Operation(Kernel f32, Kernel f64, int sources, Float32.Exact exact) {}

  private FloatArithmetic() {}

  static Instruction decode(Form form, Decoder decoder, PtxType type) {
    boolean wide = type == PtxType.F64;
    boolean flush = !wide && form.take("ftz");
    Operation operation = operation(form);
    Kernel kernel = wide ? operation.f64 : operation.f32;
    switch (form.opcode()) {
      case "add", "sub", "mul" -> kernel = rounded(form, kernel, operation, wide, false);
      case "fma", "mad" -> kernel = rounded(form, kernel, operation, wide, true);
      case "div" -> {
        String how = form.takeOneOf("rn", "rz", "rm", "rp", "full", "approx");
        if (how.startsWith("r") && !how.equals("rn")) {
          throw form.unknown("division rounds .rn only here");
        }
        if (how.equals("approx") || how.equals("full")) {
          kernel = Jitter.around(kernel, decoder.options());
        }
      }
      case "min", "max" -> {
        if (!wide && form.take("NaN")) {
          kernel = FloatKernels.propagating(kernel);
        }
      }
      default -> {}
    }
    boolean saturate = !wide && form.take("sat");
    if (flush) {
      kernel = Float32.flushing(kernel);
    }
    if (saturate) {
      kernel = Float32.saturating(kernel);
    }
    return new Compute(
        kernel,
        decoder.destination(form, form.operand(0), type),
        ArithmeticFamily.sources(form, decoder, type, operation.sources));
  }

  private static Operation operation(Form form) {
    Float32.Exact none = (a, b, c) -> BigDecimal.ZERO;
    return switch (form.opcode()) {
      case "add" -> new Operation(FloatKernels.ADD, FloatKernels.ADD64, 2, (a, b, c) -> a.add(b));
      case "sub" ->
          new Operation(FloatKernels.SUB, FloatKernels.SUB64, 2, (a, b, c) -> a.subtract(b));
      case "mul" ->
          new Operation(FloatKernels.MUL, FloatKernels.MUL64, 2, (a, b, c) -> a.multiply(b));
      case "fma", "mad" ->
          new Operation(FloatKernels.FMA, FloatKernels.FMA64, 3, (a, b, c) -> a.multiply(b).add(c));
      case "div" ->
          new Operation(
              FloatKernels.DIV,
              FloatKernels.DIV64,
              2,
              (a, b, c) -> a.divide(b, MathContext.DECIMAL128));
      case "min" -> new Operation(FloatKernels.MIN, FloatKernels.MIN64, 2, none);
      case "max" -> new Operation(FloatKernels.MAX, FloatKernels.MAX64, 2, none);
      case "abs" -> new Operation(FloatKernels.ABS, FloatKernels.ABS64, 1, none);
      case "neg" -> new Operation(FloatKernels.NEG, FloatKernels.NEG64, 1, none);
      case "copysign" -> new Operation(FloatKernels.COPYSIGN, FloatKernels.COPYSIGN64, 2, none);
      default -> throw form.unknown("no floating form");
    };
  }

  private static Kernel rounded(
      Form form, Kernel kernel, Operation operation, boolean wide, boolean mandatory) {
    String word = form.takeAny("rn", "rz", "rm", "rp");
    if (word == null && mandatory) {
      throw form.unknown("expected a rounding: .rn .rz .rm .rp");
    }
    if (word == null || word.equals("rn")) {
      return kernel;
    }
    if (wide) {
      throw form.unknown("f64 rounds .rn only here");
    }
    return FloatKernels.directed(kernel, rounding(word), operation.exact, operation.sources);
  }

  static Rounding rounding(String word) {
    return switch (word.charAt(1)) {
      case 'z' -> Rounding.ZERO;
      case 'm' -> Rounding.DOWN;
      case 'p' -> Rounding.UP;
      default -> Rounding.NEAREST;
    };
  }
}
