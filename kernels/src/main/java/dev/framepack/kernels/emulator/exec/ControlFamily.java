package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import java.util.Set;

/** bra, ret, exit, trap, and hints that do nothing here. */
final class ControlFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of("bra", "ret", "exit", "trap", "nanosleep", "griddepcontrol", "brkpt");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    return switch (form.opcode()) {
      case "bra" -> {
        boolean uniform = form.take("uni");
        form.expectOperands(1, 1);
        if (form.operand(0) instanceof PtxOperand.Label(var label)) {
          yield new Branch(label.statement(), uniform);
        }
        throw form.unknown("expected a label");
      }
      case "ret", "exit" -> {
        form.take("uni");
        yield new Return();
      }
      case "trap" -> new Trap();
      case "nanosleep" -> {
        form.take("u32");
        yield new Nothing();
      }
      case "griddepcontrol" -> {
        form.takeOneOf("wait", "launch_dependents");
        yield new Nothing();
      }
      default -> throw form.unknown("not supported");
    };
  }

  private static final class Branch extends Instruction {
    private final int target;
    private final boolean uniform;

    Branch(int target, boolean uniform) {
      this.target = target;
      this.uniform = uniform;
    }

    @Override
    public void execute(Warp warp, int mask) {
      if (uniform && mask != warp.mask()) {
        throw warp.fault(
            EmulationException.Kind.DIVERGENCE,
            Integer.numberOfTrailingZeros(warp.mask() & ~mask),
            "bra.uni taken by lanes 0x%08x of 0x%08x; it must be uniform"
                .formatted(mask, warp.mask()));
      }
      warp.branch(mask, target);
    }
  }

  /** ret and exit: the lanes end. */
  static final class Return extends Instruction {
    @Override
    public void execute(Warp warp, int mask) {
      warp.exit(mask);
    }
  }

  private static final class Trap extends Instruction {
    @Override
    public void execute(Warp warp, int mask) {
      throw warp.fault(
          EmulationException.Kind.TRAP,
          Integer.numberOfTrailingZeros(mask),
          "the kernel executed trap");
    }
  }

  /** An instruction without effect on results. */
  static final class Nothing extends Instruction {
    @Override
    public void execute(Warp warp, int mask) {}
  }
}
