package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.parse.PtxEntry;
import dev.framepack.kernels.emulator.parse.PtxModule;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxRegister;
import dev.framepack.kernels.emulator.parse.PtxSpecial;
import dev.framepack.kernels.emulator.parse.PtxStatement;
import dev.framepack.kernels.emulator.parse.PtxType;
import dev.framepack.kernels.emulator.parse.PtxVariable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Statements to instructions. Registers, constants and special registers all become slots, so that
 * an instruction never asks which of them an operand is.
 */
public final class Decoder {
  private final PtxModule module;
  private final PtxEntry entry;
  private final EmulatorOptions options;
  private final SlotTable slots = new SlotTable();
  private final Map<PtxRegister, Slot> registers = new HashMap<>();
  private final Map<String, Slot> specials = new HashMap<>();
  private boolean globalAtomics;
  private boolean partialOrder;
  private int sharedGranule = 16;
  private int globalGranule = 4;

  private Decoder(PtxModule module, PtxEntry entry, EmulatorOptions options) {
    this.module = module;
    this.entry = entry;
    this.options = options;
  }

  static Program decode(PtxModule module, PtxEntry entry, EmulatorOptions options) {
    return new Decoder(module, entry, options).program();
  }

  private Program program() {
    List<PtxStatement> statements = entry.statements();
    Instruction[] code = new Instruction[statements.size() + 1];
    for (int i = 0; i < statements.size(); i++) {
      code[i] = instruction(statements.get(i), i);
    }
    int end = statements.size();
    code[end] = new ControlFamily.Return();
    int lastLine = end == 0 ? 0 : statements.get(end - 1).line();
    code[end].place(end, lastLine, "(end of the entry)", "ret");
    return new Program(
        module,
        entry,
        code,
        slots,
        Map.copyOf(specials),
        globalAtomics,
        partialOrder,
        sharedGranule,
        globalGranule);
  }

  private Instruction instruction(PtxStatement statement, int index) {
    Form form = new Form(statement);
    InstructionFamily family = Families.BY_OPCODE.get(statement.opcode());
    if (family == null) {
      throw form.unknown("unknown instruction");
    }
    noteAsynchronous(statement);
    Instruction instruction = family.decode(form, this);
    form.expectNothingLeft();
    instruction.place(index, statement.line(), statement.text(), statement.opcode());
    PtxRegister guard = statement.guard();
    if (guard != null) {
      Slot slot = register(guard);
      instruction.guard = slot.base();
      instruction.guardId = slot.id();
      instruction.guardNegated = statement.guardNegated();
    }
    return instruction;
  }

  /** What asynchronous instructions mean for the order of warps and the width of stores. */
  private void noteAsynchronous(PtxStatement statement) {
    List<String> modifiers = statement.modifiers();
    switch (statement.opcode()) {
      case "mbarrier" -> {
        usesPartialOrder();
        storesShared(8);
      }
      case "cp" -> {
        if (modifiers.contains("bulk") || modifiers.contains("mbarrier")) {
          usesPartialOrder();
        } else if (statement.operands().size() > 2
            && statement.operands().get(2) instanceof PtxOperand.IntegerLiteral(long bytes)) {
          storesShared((int) bytes);
        }
      }
      case "barrier" -> usesPartialOrder();
      default -> {}
    }
  }

  public PtxModule module() {
    return module;
  }

  public PtxEntry entry() {
    return entry;
  }

  public EmulatorOptions options() {
    return options;
  }

  /** Blocks may talk to each other: ownership checks between blocks are off. */
  public void usesGlobalAtomics() {
    globalAtomics = true;
  }

  /** Some warps of a block meet without the others. */
  public void usesPartialOrder() {
    partialOrder = true;
  }

  /** The kernel stores this few bytes to shared memory at once. */
  public void storesShared(int bytes) {
    sharedGranule = Math.min(sharedGranule, bytes);
  }

  /** The kernel stores this few bytes to global memory at once. */
  public void storesGlobal(int bytes) {
    globalGranule = Math.min(globalGranule, bytes);
  }

  /** The slot of a declared register. */
  public Slot register(PtxRegister register) {
    return registers.computeIfAbsent(
        register,
        r ->
            switch (r.type()) {
              case PRED -> slots.predicate();
              default -> r.type().bits() == 64 ? slots.register64() : slots.register32();
            });
  }

  /** A source of exactly the type's width: register, literal, variable address or special. */
  public Slot source(Form form, PtxOperand operand, PtxType type) {
    return source(form, operand, type, false);
  }

  /**
   * @param wider true when a wider register may hold the value, as for ld, st and cvt
   */
  public Slot source(Form form, PtxOperand operand, PtxType type, boolean wider) {
    return switch (operand) {
      case PtxOperand.Register(PtxRegister register) -> {
        checkWidth(form, register, type, wider);
        yield register(register);
      }
      case PtxOperand.IntegerLiteral(long value) -> {
        if (type.isFloat()
            && type.bits() >= 32
            && type != PtxType.F16X2
            && type != PtxType.BF16X2) {
          throw form.unknown("expected a floating literal, found the integer " + value);
        }
        yield constant(type, value);
      }
      case PtxOperand.FloatLiteral literal -> constant(type, bits(form, literal, type));
      case PtxOperand.Symbol symbol -> symbolSlot(form, symbol, type);
      case PtxOperand.Special(String name) -> special(form, name, type);
      default -> throw form.unknown("expected a register or constant of type " + type);
    };
  }

  /** The slot a result of the type goes to. */
  public Slot destination(Form form, PtxOperand operand, PtxType type) {
    return destination(form, operand, type, false);
  }

  /**
   * @param wider true when a wider register may take the value, as for ld and cvt
   */
  public Slot destination(Form form, PtxOperand operand, PtxType type, boolean wider) {
    if (operand instanceof PtxOperand.Register(PtxRegister register)) {
      checkWidth(form, register, type, wider);
      return register(register);
    }
    if (operand instanceof PtxOperand.Sink) {
      return type == PtxType.PRED
          ? slots.predicate()
          : type.bits() == 64 ? slots.register64() : slots.register32();
    }
    throw form.unknown("expected a register of type " + type);
  }

  /** A predicate register; negated ones are refused. */
  public Slot predicate(Form form, PtxOperand operand) {
    return source(form, operand, PtxType.PRED);
  }

  /** The elements of a vector operand, or the operand alone. */
  public List<PtxOperand> elements(PtxOperand operand) {
    return operand instanceof PtxOperand.Vector(List<PtxOperand> elements)
        ? elements
        : List.of(operand);
  }

  /** The integer of a literal operand. */
  public long literal(Form form, PtxOperand operand) {
    if (operand instanceof PtxOperand.IntegerLiteral(long value)) {
      return value;
    }
    throw form.unknown("expected an integer constant");
  }

  /** A slot that always holds these bits. */
  public Slot constant(PtxType type, long bits) {
    return switch (type.bits()) {
      case 1 -> slots.constantPredicate(bits != 0);
      case 8, 16 -> slots.constant32((int) bits & 0xffff);
      case 32 -> slots.constant32((int) bits);
      default -> slots.constant64(bits);
    };
  }

  /** A register nobody else uses, for a decoded instruction's intermediate values. */
  public Slot temporary(PtxType type) {
    return type.bits() == 64 ? slots.register64() : slots.register32();
  }

  /** Address of a variable in its state space. */
  public long addressOf(PtxVariable variable) {
    return switch (variable.space()) {
      case PARAM, LOCAL -> variable.byteOffset();
      case SHARED -> Cta.SHARED_BASE + variable.byteOffset();
      case DYNAMIC_SHARED -> Cta.SHARED_BASE + Program.dynamicSharedOffset(entry);
    };
  }

  private Slot symbolSlot(Form form, PtxOperand.Symbol symbol, PtxType type) {
    if (type.bits() < 32 || type.isFloat()) {
      throw form.unknown("an address does not fit " + type);
    }
    return constant(type, addressOf(symbol.variable()) + symbol.offset());
  }

  private Slot special(Form form, String name, PtxType type) {
    if (PtxSpecial.bits(name) != type.bits()) {
      throw form.unknown("%%%s has %s bits".formatted(name, PtxSpecial.bits(name)));
    }
    return specials.computeIfAbsent(
        name, n -> type.bits() == 64 ? slots.special64() : slots.special32());
  }

  private static void checkWidth(Form form, PtxRegister register, PtxType type, boolean wider) {
    int found = register.type().bits();
    boolean fits = found == type.bits() || (wider && type.bits() > 1 && found > type.bits());
    if (!fits) {
      throw form.unknown(
          "register %s is %s, expected %s bits for %s"
              .formatted(register.name(), register.type(), type.bits(), type));
    }
  }

  private static long bits(Form form, PtxOperand.FloatLiteral literal, PtxType type) {
    boolean hex = literal.width() == PtxOperand.FloatLiteral.Width.HEX32;
    return switch (type) {
      case F32, TF32 -> hex ? literal.bits() : Float.floatToRawIntBits((float) literal.value());
      case F64 -> Double.doubleToRawLongBits(literal.value());
      case B32, U32, S32 -> {
        if (!hex) {
          throw form.unknown("a floating literal for " + type);
        }
        yield literal.bits();
      }
      case B64 -> Double.doubleToRawLongBits(literal.value());
      default -> throw form.unknown("a floating literal for " + type);
    };
  }
}
