package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;

/** Arithmetic whose opcode is shared by integers and floats. */
final class ArithmeticFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of(
        "add",
        "sub",
        "mul",
        "mad",
        "fma",
        "div",
        "rem",
        "min",
        "max",
        "abs",
        "neg",
        "mul24",
        "mad24",
        "sad",
        "copysign",
        "dp4a");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    PtxType type = form.takeType();
    return switch (type) {
      case F16, BF16, F16X2, BF16X2 -> HalfArithmetic.decode(form, decoder, type);
      case F32, F64 -> FloatArithmetic.decode(form, decoder, type);
      case PRED, B8, U8, S8, TF32 -> throw form.unknown("no arithmetic on " + type);
      default -> IntegerArithmetic.decode(form, decoder, type);
    };
  }

  /** Sources of one type in the order of the operands after the first. */
  static Slot[] sources(Form form, Decoder decoder, PtxType type, int count) {
    form.expectOperands(count + 1, count + 1);
    Slot[] slots = new Slot[count];
    for (int i = 0; i < count; i++) {
      slots[i] = decoder.source(form, form.operand(i + 1), type);
    }
    return slots;
  }
}
