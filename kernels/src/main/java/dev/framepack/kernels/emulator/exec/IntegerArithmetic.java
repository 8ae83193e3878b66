package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.parse.PtxType;

/** Decodes integer arithmetic. */
final class IntegerArithmetic {
  private IntegerArithmetic() {}

  static Instruction decode(Form form, Decoder decoder, PtxType type) {
    if (type.kind() == PtxType.Kind.BITS) {
      throw form.unknown("arithmetic needs .u or .s, not " + type);
    }
    boolean signed = type.isSigned();
    return switch (form.opcode()) {
      case "mul" -> multiply(form, decoder, type);
      case "mad" -> multiplyAdd(form, decoder, type);
      case "mul24", "mad24" -> multiply24(form, decoder, type);
      case "add" -> {
        boolean saturate = type == PtxType.S32 && form.take("sat");
        Kernel kernel =
            saturate
                ? IntegerKernels.binary((a, b) -> clamp((long) a + b))
                : by(type, IntegerKernels.ADD, IntegerKernels.ADD64, (a, b, c) -> a + b);
        yield simple(form, decoder, type, 2, kernel);
      }
      case "sub" -> {
        boolean saturate = type == PtxType.S32 && form.take("sat");
        Kernel kernel =
            saturate
                ? IntegerKernels.binary((a, b) -> clamp((long) a - b))
                : by(type, IntegerKernels.SUB, IntegerKernels.SUB64, (a, b, c) -> a - b);
        yield simple(form, decoder, type, 2, kernel);
      }
      case "div" -> simple(form, decoder, type, 2, divide(type));
      case "rem" -> simple(form, decoder, type, 2, remainder(type));
      case "min" ->
          simple(
              form,
              decoder,
              type,
              2,
              by(
                  type,
                  signed
                      ? IntegerKernels.MIN
                      : IntegerKernels.binary((a, b) -> Integer.compareUnsigned(a, b) < 0 ? a : b),
                  IntegerKernels.binary64(
                      signed ? Math::min : (a, b) -> Long.compareUnsigned(a, b) < 0 ? a : b),
                  (a, b, c) -> Math.min(a, b)));
      case "max" ->
          simple(
              form,
              decoder,
              type,
              2,
              by(
                  type,
                  signed
                      ? IntegerKernels.MAX
                      : IntegerKernels.binary((a, b) -> Integer.compareUnsigned(a, b) > 0 ? a : b),
                  IntegerKernels.binary64(
                      signed ? Math::max : (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b),
                  (a, b, c) -> Math.max(a, b)));
      case "abs" -> {
        expectSigned(form, type);
        yield simple(
            form,
            decoder,
            type,
            1,
            by(
                type,
                IntegerKernels.ternary((a, b, c) -> Math.abs(a)),
                IntegerKernels.binary64((a, b) -> Math.abs(a)),
                (a, b, c) -> Math.abs(a)));
      }
      case "neg" -> {
        expectSigned(form, type);
        yield simple(
            form,
            decoder,
            type,
            1,
            by(
                type,
                IntegerKernels.ternary((a, b, c) -> -a),
                IntegerKernels.binary64((a, b) -> -a),
                (a, b, c) -> -a));
      }
      case "sad" -> {
        if (type.bits() != 32) {
          throw form.unknown("sad is 32-bit only here");
        }
        yield simple(
            form,
            decoder,
            type,
            3,
            IntegerKernels.ternary(
                signed
                    ? (a, b, c) -> c + (a < b ? b - a : a - b)
                    : (a, b, c) -> c + (Integer.compareUnsigned(a, b) < 0 ? b - a : a - b)));
      }
      case "dp4a" -> dotProduct(form, decoder, type);
      default -> throw form.unknown("no integer form");
    };
  }

  private static void expectSigned(Form form, PtxType type) {
    if (!type.isSigned()) {
      throw form.unknown("expected a signed type");
    }
  }

  private static int clamp(long value) {
    return (int) Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static Kernel by(
      PtxType type, Kernel bits32, Kernel bits64, IntegerKernels.Ternary narrow) {
    return switch (type.bits()) {
      case 16 -> IntegerKernels.narrow(type.isSigned(), narrow);
      case 32 -> bits32;
      default -> bits64;
    };
  }

  private static Instruction simple(
      Form form, Decoder decoder, PtxType type, int sources, Kernel kernel) {
    return new Compute(
        kernel,
        decoder.destination(form, form.operand(0), type),
        ArithmeticFamily.sources(form, decoder, type, sources));
  }

  /** Division by zero is undefined in PTX; like hardware it gives all ones. */
  private static Kernel divide(PtxType type) {
    boolean signed = type.isSigned();
    IntegerKernels.Ternary narrow = (a, b, c) -> b == 0 ? -1 : a / b;
    return by(
        type,
        IntegerKernels.binary(
            signed
                ? (a, b) -> b == 0 ? -1 : a / b
                : (a, b) -> b == 0 ? -1 : Integer.divideUnsigned(a, b)),
        IntegerKernels.binary64(
            signed
                ? (a, b) -> b == 0 ? -1 : a / b
                : (a, b) -> b == 0 ? -1 : Long.divideUnsigned(a, b)),
        narrow);
  }

  private static Kernel remainder(PtxType type) {
    boolean signed = type.isSigned();
    return by(
        type,
        IntegerKernels.binary(
            signed
                ? (a, b) -> b == 0 ? a : a % b
                : (a, b) -> b == 0 ? a : Integer.remainderUnsigned(a, b)),
        IntegerKernels.binary64(
            signed
                ? (a, b) -> b == 0 ? a : a % b
                : (a, b) -> b == 0 ? a : Long.remainderUnsigned(a, b)),
        (a, b, c) -> b == 0 ? a : a % b);
  }

  private static Instruction multiply(Form form, Decoder decoder, PtxType type) {
    boolean signed = type.isSigned();
    return switch (form.takeOneOf("lo", "hi", "wide")) {
      case "lo" ->
          simple(
              form,
              decoder,
              type,
              2,
              by(type, IntegerKernels.MUL_LOW, IntegerKernels.MUL_LOW64, (a, b, c) -> a * b));
      case "hi" ->
          simple(
              form,
              decoder,
              type,
              2,
              by(
                  type,
                  IntegerKernels.binary((a, b) -> high(a, b, signed)),
                  IntegerKernels.binary64(signed ? Math::multiplyHigh : Math::unsignedMultiplyHigh),
                  (a, b, c) -> (a * b) >> 16));
      default ->
          new Compute(
              wideProduct(form, type),
              decoder.destination(form, form.operand(0), twice(form, type)),
              ArithmeticFamily.sources(form, decoder, type, 2));
    };
  }

  private static int high(int a, int b, boolean signed) {
    return (int) (signed ? ((long) a * b) >> 32 : ((a & 0xffffffffL) * (b & 0xffffffffL)) >>> 32);
  }

  private static PtxType twice(Form form, PtxType type) {
    return switch (type) {
      case U16 -> PtxType.U32;
      case S16 -> PtxType.S32;
      case U32 -> PtxType.U64;
      case S32 -> PtxType.S64;
      default -> throw form.unknown(".wide needs 16 or 32 bits");
    };
  }

  private static Kernel wideProduct(Form form, PtxType type) {
    return switch (type) {
      case S16 -> IntegerKernels.binary((a, b) -> (short) a * (short) b);
      case U16 -> IntegerKernels.binary((a, b) -> (a & 0xffff) * (b & 0xffff));
      case S32 -> IntegerKernels.MUL_WIDE_SIGNED;
      case U32 -> IntegerKernels.MUL_WIDE_UNSIGNED;
      default -> throw form.unknown(".wide needs 16 or 32 bits");
    };
  }

  private static Instruction multiplyAdd(Form form, Decoder decoder, PtxType type) {
    boolean signed = type.isSigned();
    String which = form.takeOneOf("lo", "hi", "wide");
    if (!which.equals("wide")) {
      boolean low = which.equals("lo");
      Kernel kernel =
          low
              ? by(type, IntegerKernels.MAD_LOW, IntegerKernels.MAD_LOW64, (a, b, c) -> a * b + c)
              : by(
                  type,
                  IntegerKernels.ternary((a, b, c) -> high(a, b, signed) + c),
                  (r, q, d, a, b, c) -> {
                    for (int l = 0; l < 32; l++) {
                      q[d + l] =
                          q[c + l]
                              + (signed
                                  ? Math.multiplyHigh(q[a + l], q[b + l])
                                  : Math.unsignedMultiplyHigh(q[a + l], q[b + l]));
                    }
                  },
                  (a, b, c) -> ((a * b) >> 16) + c);
      return simple(form, decoder, type, 3, kernel);
    }
    form.expectOperands(4, 4);
    PtxType result = twice(form, type);
    Kernel kernel =
        switch (type) {
          case S16 -> IntegerKernels.ternary((a, b, c) -> (short) a * (short) b + c);
          case U16 -> IntegerKernels.ternary((a, b, c) -> (a & 0xffff) * (b & 0xffff) + c);
          case S32 -> IntegerKernels.MAD_WIDE_SIGNED;
          default -> IntegerKernels.MAD_WIDE_UNSIGNED;
        };
    return new Compute(
        kernel,
        decoder.destination(form, form.operand(0), result),
        decoder.source(form, form.operand(1), type),
        decoder.source(form, form.operand(2), type),
        decoder.source(form, form.operand(3), result));
  }

  private static Instruction multiply24(Form form, Decoder decoder, PtxType type) {
    if (type.bits() != 32 || !form.take("lo")) {
      throw form.unknown("only .lo of 32 bits here");
    }
    boolean signed = type.isSigned();
    boolean add = form.opcode().equals("mad24");
    Kernel kernel =
        IntegerKernels.ternary((a, b, c) ->
            (signed ? (a << 8 >> 8) * (b << 8 >> 8) : (a & 0xffffff) * (b & 0xffffff))
                + (add ? c : 0));
    return simple(form, decoder, type, add ? 3 : 2, kernel);
  }

  private static Instruction dotProduct(Form form, Decoder decoder, PtxType typeOfA) {
    PtxType typeOfB = form.takeType();
    boolean signedA = typeOfA.isSigned();
    boolean signedB = typeOfB.isSigned();
    return simple(
        form,
        decoder,
        PtxType.S32,
        3,
        IntegerKernels.ternary((a, b, c) -> {
          int sum = c;
          for (int i = 0; i < 32; i += 8) {
            int x = signedA ? (byte) (a >> i) : (a >> i) & 0xff;
            int y = signedB ? (byte) (b >> i) : (b >> i) & 0xff;
            sum += x * y;
          }
          return sum;
        }));
  }
}
