package dev.framepack.kernels.emulator.collective;

import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.InstructionFamily;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.matrix.Mma;
import dev.framepack.kernels.emulator.matrix.MmaElement;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code mma.sync.aligned.m16n8kK.row.col}: bf16, f16 (k8, k16), tf32 (k4, k8), s8 and u8 (k16,
 * k32).
 */
public final class MmaFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of("mma");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    form.takeOneOf("sync");
    form.takeOneOf("aligned");
    int depth =
        Integer.parseInt(
            form.takeOneOf("m16n8k4", "m16n8k8", "m16n8k16", "m16n8k32")
                .substring("m16n8k".length()));
    form.takeOneOf("row");
    form.takeOneOf("col");
    if (form.take("satfinite")) {
      throw form.unknown("satfinite is not supported");
    }
    PtxType d = form.takeType();
    MmaElement element = element(form);
    if (element(form) != element) {
      throw form.unknown("A and B of different types are not supported");
    }
    if (form.takeType() != d) {
      throw form.unknown("C and D of different types are not supported");
    }
    boolean half = d == PtxType.F16;
    boolean known =
        switch (element) {
          case BF16 -> d == PtxType.F32 && (depth == 8 || depth == 16);
          case F16 -> (d == PtxType.F32 || half) && (depth == 8 || depth == 16);
          case TF32 -> d == PtxType.F32 && (depth == 4 || depth == 8);
          case S8, U8 -> d == PtxType.S32 && (depth == 16 || depth == 32);
        };
    if (!known) {
      throw form.unknown("no such combination of shape and types");
    }
    form.expectOperands(4, 4);
    Mma shape = new Mma(element, depth, half);
    PtxType sums = half ? PtxType.B32 : d;
    return new Multiply(
        element,
        depth,
        half,
        targets(form, decoder, form.operand(0), shape.cRegisters(), sums),
        sources(form, decoder, form.operand(1), shape.aRegisters(), PtxType.B32),
        sources(form, decoder, form.operand(2), shape.bRegisters(), PtxType.B32),
        sources(form, decoder, form.operand(3), shape.cRegisters(), sums));
  }

  private static MmaElement element(Form form) {
    for (String word : form.left()) {
      MmaElement element =
          switch (word) {
            case "bf16" -> MmaElement.BF16;
            case "f16" -> MmaElement.F16;
            case "tf32" -> MmaElement.TF32;
            case "s8" -> MmaElement.S8;
            case "u8" -> MmaElement.U8;
            default -> null;
          };
      if (element != null) {
        form.take(word);
        return element;
      }
    }
    throw form.unknown("expected .bf16, .f16, .tf32, .s8 or .u8");
  }

  static Slot[] targets(Form form, Decoder decoder, PtxOperand operand, int count, PtxType type) {
    List<PtxOperand> elements = expect(form, decoder, operand, count);
    Slot[] slots = new Slot[count];
    for (int i = 0; i < count; i++) {
      slots[i] = decoder.destination(form, elements.get(i), type);
    }
    return slots;
  }

  static Slot[] sources(Form form, Decoder decoder, PtxOperand operand, int count, PtxType type) {
    List<PtxOperand> elements = expect(form, decoder, operand, count);
    Slot[] slots = new Slot[count];
    for (int i = 0; i < count; i++) {
      slots[i] = decoder.source(form, elements.get(i), type);
    }
    return slots;
  }

  private static List<PtxOperand> expect(
      Form form, Decoder decoder, PtxOperand operand, int count) {
    List<PtxOperand> elements = decoder.elements(operand);
    if (elements.size() != count) {
      throw form.unknown("expected " + count + " registers, found " + elements.size());
    }
    return elements;
  }

  private static final class Multiply extends Instruction {
    private final MmaElement element;
    private final int depth;
    private final boolean half;
    private final Slot[] targets;
    private final int[] sourceIds;
    private final int[] d;
    private final int[] a;
    private final int[] b;
    private final int[] c;

    /** Scratch of each emulating thread: instructions are shared by the workers. */
    private final ThreadLocal<@Nullable Mma> scratch = new ThreadLocal<>();

    Multiply(MmaElement element, int depth, boolean half, Slot[] d, Slot[] a, Slot[] b, Slot[] c) {
      this.element = element;
      this.depth = depth;
      this.half = half;
      this.targets = d;
      this.d = bases(d);
      this.a = bases(a);
      this.b = bases(b);
      this.c = bases(c);
      this.sourceIds = new int[a.length + b.length + c.length];
      int at = 0;
      for (Slot[] slots : new Slot[][] {a, b, c}) {
        for (Slot slot : slots) {
          sourceIds[at++] = slot.id();
        }
      }
    }

    @Override
    public void execute(Warp warp, int mask) {
      Membership.requireAll(warp, mask);
      for (int id : sourceIds) {
        warp.requireInit(-1, id);
      }
      Mma mma = scratch.get();
      if (mma == null) {
        mma = new Mma(element, depth, half);
        scratch.set(mma);
      }
      mma.multiply(warp.r, d, a, b, c);
      for (Slot target : targets) {
        warp.define(target, -1);
      }
    }
  }

  static int[] bases(Slot[] slots) {
    int[] bases = new int[slots.length];
    for (int i = 0; i < slots.length; i++) {
      bases[i] = slots[i].base();
    }
    return bases;
  }
}
