package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.InstructionFamily;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.matrix.MmaElement;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxRegister;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.List;
import java.util.Set;

/** {@code wgmma}: fence, mma_async of bf16 and f16 (m64nNk16), commit_group and wait_group. */
public final class WgmmaFamily implements InstructionFamily {
  private enum Step {
    FENCE,
    COMMIT,
    WAIT
  }

  @Override
  public Set<String> opcodes() {
    return Set.of("wgmma");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    String what = form.takeOneOf("fence", "commit_group", "wait_group", "mma_async");
    form.takeOneOf("sync");
    form.takeOneOf("aligned");
    return switch (what) {
      case "fence" -> new Control(Step.FENCE, 0);
      case "commit_group" -> new Control(Step.COMMIT, 0);
      case "wait_group" -> {
        form.expectOperands(1, 1);
        yield new Control(Step.WAIT, Math.toIntExact(decoder.literal(form, form.operand(0))));
      }
      default -> product(form, decoder);
    };
  }

  private static Instruction product(Form form, Decoder decoder) {
    int n = width(form);
    PtxType sums = form.takeType();
    String type = form.takeOneOf("bf16", "f16");
    form.takeOneOf(type);
    boolean half = sums == PtxType.F16 && type.equals("f16");
    if (sums != PtxType.F32 && !half) {
      throw form.unknown("sums of " + sums + " are not supported");
    }
    List<PtxOperand> fragment = decoder.elements(form.operand(1));
    boolean fromRegisters = form.operand(1) instanceof PtxOperand.Vector;
    form.expectOperands(fromRegisters ? 7 : 8, fromRegisters ? 7 : 8);
    if (fromRegisters && fragment.size() != 4) {
      throw form.unknown("expected 4 registers of A, found " + fragment.size());
    }
    PtxOperand scale = form.operand(3);
    boolean negated = scale instanceof PtxOperand.NotPredicate;
    Slot accumulate =
        switch (scale) {
          case PtxOperand.NotPredicate(PtxRegister register) -> decoder.register(register);
          case PtxOperand.IntegerLiteral(long value) -> decoder.constant(PtxType.PRED, value);
          default -> decoder.predicate(form, scale);
        };
    boolean transposesB = flag(form, decoder, fromRegisters ? 6 : 7);
    WgmmaProduct.Flags flags =
        new WgmmaProduct.Flags(
            sign(form, decoder, 4),
            sign(form, decoder, 5),
            !fromRegisters && flag(form, decoder, 6),
            transposesB,
            negated);
    return new WgmmaProduct(
        type.equals("bf16") ? MmaElement.BF16 : MmaElement.F16,
        n,
        slots(
            form, decoder, form.operand(0), half ? n / 4 : n / 2, half ? PtxType.B32 : sums, true),
        fromRegisters ? slots(form, decoder, form.operand(1), 4, PtxType.B32, false) : null,
        fromRegisters ? null : decoder.source(form, form.operand(1), PtxType.B64),
        decoder.source(form, form.operand(2), PtxType.B64),
        accumulate,
        flags);
  }

  private static int width(Form form) {
    for (String word : form.left()) {
      if (word.matches("m64n\\d+k16")) {
        int n = Integer.parseInt(word.substring(4, word.indexOf('k')));
        if (n < 8 || n > 256 || n % 8 != 0) {
          throw form.unknown("n " + n + "; expected a multiple of 8 up to 256");
        }
        form.take(word);
        return n;
      }
    }
    throw form.unknown("expected .m64nNk16");
  }

  private static boolean sign(Form form, Decoder decoder, int index) {
    long value = decoder.literal(form, form.operand(index));
    if (value != 1 && value != -1) {
      throw form.unknown("scale " + value + "; expected 1 or -1");
    }
    return value < 0;
  }

  private static boolean flag(Form form, Decoder decoder, int index) {
    long value = decoder.literal(form, form.operand(index));
    if (value != 0 && value != 1) {
      throw form.unknown("transpose " + value + "; expected 0 or 1");
    }
    return value == 1;
  }

  private static Slot[] slots(
      Form form, Decoder decoder, PtxOperand operand, int count, PtxType type, boolean target) {
    List<PtxOperand> elements = decoder.elements(operand);
    if (elements.size() != count) {
      throw form.unknown("expected " + count + " registers, found " + elements.size());
    }
    Slot[] slots = new Slot[count];
    for (int i = 0; i < count; i++) {
      slots[i] =
          target
              ? decoder.destination(form, elements.get(i), type)
              : decoder.source(form, elements.get(i), type);
    }
    return slots;
  }

  private static final class Control extends Instruction {
    private final Step step;
    private final int left;

    Control(Step step, int left) {
      this.step = step;
      this.left = left;
    }

    @Override
    public void execute(Warp warp, int mask) {
      if (mask != -1) {
        throw warp.fault(
            EmulationException.Kind.DIVERGENCE,
            Integer.numberOfTrailingZeros(~mask),
            "executed by lanes 0x%08x; expected the whole warp".formatted(mask));
      }
      WgmmaQueue products = AsyncState.of(warp).products(warp);
      switch (step) {
        case FENCE -> products.fence();
        case COMMIT -> products.commit();
        case WAIT -> products.waitGroups(left);
      }
    }
  }
}
