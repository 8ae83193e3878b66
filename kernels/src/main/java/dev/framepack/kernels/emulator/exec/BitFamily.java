package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;

/** Logic, shifts and bit fields. */
final class BitFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of(
        "and", "or", "xor", "not", "cnot", "shl", "shr", "shf", "bfe", "bfi", "brev", "clz", "popc",
        "bfind", "prmt", "lop3");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    return switch (form.opcode()) {
      case "and", "or", "xor", "not" -> logic(form, decoder);
      case "cnot" -> compute(form, decoder, form.takeType(), 1, (a, b, c) -> a == 0 ? 1 : 0);
      case "shl", "shr" -> shift(form, decoder);
      case "shf" -> funnel(form, decoder);
      case "bfe" -> extract(form, decoder);
      case "bfi" -> insert(form, decoder);
      case "brev" -> reverse(form, decoder);
      case "clz", "popc", "bfind" -> count(form, decoder);
      case "prmt" -> permute(form, decoder);
      default -> lookup(form, decoder);
    };
  }

  private static Instruction compute(
      Form form, Decoder decoder, PtxType type, int sources, IntegerKernels.Ternary op) {
    if (type.bits() != 32) {
      throw form.unknown("expected 32 bits");
    }
    return new Compute(
        IntegerKernels.ternary(op),
        decoder.destination(form, form.operand(0), type),
        ArithmeticFamily.sources(form, decoder, type, sources));
  }

  private static Instruction logic(Form form, Decoder decoder) {
    PtxType type = form.takeType();
    if (type.kind() != PtxType.Kind.BITS && type != PtxType.PRED) {
      throw form.unknown("expected .b16 .b32 .b64 or .pred");
    }
    int sources = form.opcode().equals("not") ? 1 : 2;
    if (type == PtxType.PRED) {
      return new PredicateLogic(
          form.opcode(),
          decoder.destination(form, form.operand(0), type),
          ArithmeticFamily.sources(form, decoder, type, sources));
    }
    boolean wide = type.bits() == 64;
    Kernel kernel =
        switch (form.opcode()) {
          case "and" -> wide ? IntegerKernels.binary64((a, b) -> a & b) : IntegerKernels.AND;
          case "or" -> wide ? IntegerKernels.binary64((a, b) -> a | b) : IntegerKernels.OR;
          case "xor" -> wide ? IntegerKernels.binary64((a, b) -> a ^ b) : IntegerKernels.XOR;
          default ->
              wide
                  ? IntegerKernels.binary64((a, b) -> ~a)
                  : type.bits() == 16
                      ? IntegerKernels.narrow(false, (a, b, c) -> ~a)
                      : IntegerKernels.ternary((a, b, c) -> ~a);
        };
    return new Compute(
        kernel,
        decoder.destination(form, form.operand(0), type),
        ArithmeticFamily.sources(form, decoder, type, sources));
  }

  private static Instruction shift(Form form, Decoder decoder) {
    PtxType type = form.takeType();
    boolean left = form.opcode().equals("shl");
    boolean signed = type.isSigned();
    if (left && type.kind() != PtxType.Kind.BITS) {
      throw form.unknown("shl needs .b16 .b32 or .b64");
    }
    Kernel kernel =
        switch (type.bits()) {
          case 16 ->
              IntegerKernels.ternary(
                  left
                      ? (a, b, c) -> IntegerKernels.shiftLeft(a, b) & 0xffff
                      : signed
                          ? (a, b, c) -> IntegerKernels.shiftRightSigned((short) a, b) & 0xffff
                          : (a, b, c) -> IntegerKernels.shiftRight(a & 0xffff, b));
          case 32 ->
              left ? IntegerKernels.SHL : signed ? IntegerKernels.SHR_SIGNED : IntegerKernels.SHR;
          default ->
              left
                  ? IntegerKernels.SHL64
                  : signed ? IntegerKernels.SHR_SIGNED64 : IntegerKernels.SHR64;
        };
    form.expectOperands(3, 3);
    return new Compute(
        kernel,
        decoder.destination(form, form.operand(0), type),
        decoder.source(form, form.operand(1), type),
        decoder.source(form, form.operand(2), PtxType.U32));
  }

  private static Instruction funnel(Form form, Decoder decoder) {
    boolean left = form.takeOneOf("l", "r").equals("l");
    boolean wrap = form.takeOneOf("wrap", "clamp").equals("wrap");
    return compute(
        form,
        decoder,
        form.takeType(),
        3,
        (a, b, c) -> {
          int n = wrap ? c & 31 : Integer.compareUnsigned(c, 32) >= 0 ? 32 : c;
          long both = (long) b << 32 | (a & 0xffffffffL);
          return left ? (int) (n == 32 ? a : both << n >>> 32) : (int) (both >>> n);
        });
  }

  private static Instruction extract(Form form, Decoder decoder) {
    PtxType type = form.takeType();
    boolean signed = type.isSigned();
    if (type.bits() == 32) {
      form.expectOperands(4, 4);
      return new Compute(
          IntegerKernels.ternary((a, b, c) -> (int) field(a, 31, b, c, signed)),
          decoder.destination(form, form.operand(0), type),
          decoder.source(form, form.operand(1), type),
          decoder.source(form, form.operand(2), PtxType.U32),
          decoder.source(form, form.operand(3), PtxType.U32));
    }
    return new Compute(
        (r, q, d, a, b, c) -> {
          for (int l = 0; l < 32; l++) {
            q[d + l] = field(q[a + l], 63, r[b + l], r[c + l], signed);
          }
        },
        decoder.destination(form, form.operand(0), type),
        decoder.source(form, form.operand(1), type),
        decoder.source(form, form.operand(2), PtxType.U32),
        decoder.source(form, form.operand(3), PtxType.U32));
  }

  private static long field(long value, int top, int position, int length, boolean signed) {
    int from = position & 0xff;
    int count = length & 0xff;
    long source = top == 31 && !signed ? value & 0xffffffffL : value;
    if (count == 0) {
      return 0;
    }
    boolean negative = signed && (source >> Math.min(from + count - 1, top) & 1) != 0;
    long shifted = from > top ? 0 : (top == 31 ? source & 0xffffffffL : source) >>> from;
    int kept = Math.min(count, Math.max(0, top + 1 - from));
    long mask = kept >= 64 ? -1 : (1L << kept) - 1;
    return negative ? shifted & mask | ~mask : shifted & mask;
  }

  private static Instruction insert(Form form, Decoder decoder) {
    PtxType type = form.takeType();
    if (type.bits() != 32) {
      throw form.unknown("bfi is 32-bit only here");
    }
    form.expectOperands(5, 5);
    return new FieldInsert(
        decoder.destination(form, form.operand(0), type),
        decoder.source(form, form.operand(1), type),
        decoder.source(form, form.operand(2), type),
        decoder.source(form, form.operand(3), PtxType.U32),
        decoder.source(form, form.operand(4), PtxType.U32));
  }

  private static Instruction reverse(Form form, Decoder decoder) {
    PtxType type = form.takeType();
    return type.bits() == 64
        ? new Compute(
            IntegerKernels.binary64((a, b) -> Long.reverse(a)),
            decoder.destination(form, form.operand(0), type),
            ArithmeticFamily.sources(form, decoder, type, 1))
        : compute(form, decoder, type, 1, (a, b, c) -> Integer.reverse(a));
  }

  private static Instruction count(Form form, Decoder decoder) {
    PtxType type = form.takeType();
    String what = form.opcode();
    boolean shiftAmount = form.take("shiftamt");
    boolean wide = type.bits() == 64;
    Kernel kernel =
        (r, q, d, a, b, c) -> {
          for (int l = 0; l < 32; l++) {
            long x = wide ? q[a + l] : type.isSigned() ? r[a + l] : r[a + l] & 0xffffffffL;
            r[d + l] =
                switch (what) {
                  case "popc" -> Long.bitCount(wide ? x : x & 0xffffffffL);
                  case "clz" -> Long.numberOfLeadingZeros(x) - (wide ? 0 : 32);
                  default -> find(x, type, shiftAmount);
                };
          }
        };
    return new Compute(
        kernel,
        decoder.destination(form, form.operand(0), PtxType.U32),
        ArithmeticFamily.sources(form, decoder, type, 1));
  }

  private static int find(long value, PtxType type, boolean shiftAmount) {
    long x = type.isSigned() && value < 0 ? ~value : value;
    int position = 63 - Long.numberOfLeadingZeros(x);
    return position < 0 || !shiftAmount ? position : type.bits() - 1 - position;
  }

  private static Instruction permute(Form form, Decoder decoder) {
    PtxType type = form.takeType();
    String mode = form.takeAny("f4e", "b4e", "rc8", "ecl", "ecr", "rc16");
    if (mode != null) {
      throw form.unknown("only the default mode is supported");
    }
    return compute(
        form,
        decoder,
        type,
        3,
        (a, b, c) -> {
          long both = (long) b << 32 | (a & 0xffffffffL);
          int result = 0;
          for (int i = 0; i < 4; i++) {
            int selector = c >>> 4 * i;
            int value = (int) (both >>> 8 * (selector & 7)) & 0xff;
            value = (selector & 8) != 0 ? ((byte) value >> 7) & 0xff : value;
            result |= value << 8 * i;
          }
          return result;
        });
  }

  private static Instruction lookup(Form form, Decoder decoder) {
    form.expectOperands(5, 5);
    PtxType type = form.takeType();
    if (type != PtxType.B32) {
      throw form.unknown("expected .b32");
    }
    int table = (int) decoder.literal(form, form.operand(4));
    Kernel kernel =
        (r, q, d, a, b, c) -> {
          for (int l = 0; l < 32; l++) {
            int x = r[a + l];
            int y = r[b + l];
            int z = r[c + l];
            int result = 0;
            for (int i = 0; i < 8; i++) {
              if ((table >> i & 1) != 0) {
                result |=
                    ((i & 4) != 0 ? x : ~x) & ((i & 2) != 0 ? y : ~y) & ((i & 1) != 0 ? z : ~z);
              }
            }
            r[d + l] = result;
          }
        };
    PtxOperand first = form.operand(0);
    return new Compute(
        kernel,
        decoder.destination(form, first, type),
        decoder.source(form, form.operand(1), type),
        decoder.source(form, form.operand(2), type),
        decoder.source(form, form.operand(3), type));
  }

  /** bfi has four sources. */
  private static final class FieldInsert extends Instruction {
    private final Slot destination;
    private final Slot[] sources;

    FieldInsert(Slot destination, Slot... sources) {
      this.destination = destination;
      this.sources = sources;
    }

    @Override
    public void execute(Warp warp, int mask) {
      for (Slot source : sources) {
        warp.requireInit(mask, source.id());
      }
      int[] r = warp.r;
      for (int l = 0; l < 32; l++) {
        if ((mask >>> l & 1) != 0) {
          int from = r[sources[2].base() + l] & 0xff;
          int count = Math.min(r[sources[3].base() + l] & 0xff, 32);
          long field = from > 31 ? 0 : ((1L << count) - 1) << from;
          int bits = (int) field;
          r[destination.base() + l] =
              r[sources[1].base() + l] & ~bits
                  | (from > 31 ? 0 : r[sources[0].base() + l] << from) & bits;
        }
      }
      warp.define(destination, mask);
    }
  }

  /** and, or, xor, not of predicates. */
  private static final class PredicateLogic extends Instruction {
    private final String opcode;
    private final Slot destination;
    private final Slot[] sources;

    PredicateLogic(String opcode, Slot destination, Slot[] sources) {
      this.opcode = opcode;
      this.destination = destination;
      this.sources = sources;
    }

    @Override
    public void execute(Warp warp, int mask) {
      int a = warp.p[sources[0].base()];
      warp.requireInit(mask, sources[0].id());
      int b = 0;
      if (sources.length > 1) {
        b = warp.p[sources[1].base()];
        warp.requireInit(mask, sources[1].id());
      }
      int value =
          switch (opcode) {
            case "and" -> a & b;
            case "or" -> a | b;
            case "xor" -> a ^ b;
            default -> ~a;
          };
      warp.setPredicate(destination, mask, value);
    }
  }
}
