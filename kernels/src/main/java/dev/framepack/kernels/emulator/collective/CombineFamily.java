package dev.framepack.kernels.emulator.collective;

import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.InstructionFamily;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;

/** {@code redux.sync} and {@code match.sync}: values of all member lanes against each other. */
public final class CombineFamily implements InstructionFamily {
  private static final int LANES = 32;

  @Override
  public Set<String> opcodes() {
    return Set.of("redux", "match");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    form.takeOneOf("sync");
    return form.opcode().equals("redux") ? redux(form, decoder) : match(form, decoder);
  }

  private static Instruction redux(Form form, Decoder decoder) {
    String operation = form.takeOneOf("add", "min", "max", "and", "or", "xor");
    boolean bitwise = Set.of("and", "or", "xor").contains(operation);
    PtxType type = form.takeType();
    boolean fits = bitwise ? type == PtxType.B32 : type == PtxType.U32 || type == PtxType.S32;
    if (!fits) {
      throw form.unknown("redux." + operation + " of " + type + " does not exist");
    }
    IntBinaryOperator combine =
        switch (operation) {
          case "add" -> Integer::sum;
          case "and" -> (a, b) -> a & b;
          case "or" -> (a, b) -> a | b;
          case "xor" -> (a, b) -> a ^ b;
          case "min" -> type.isSigned() ? Math::min : CombineFamily::minUnsigned;
          default -> type.isSigned() ? Math::max : CombineFamily::maxUnsigned;
        };
    form.expectOperands(3, 3);
    return new Redux(
        combine,
        decoder.destination(form, form.operand(0), type),
        decoder.source(form, form.operand(1), type),
        decoder.source(form, form.operand(2), PtxType.B32));
  }

  private static int minUnsigned(int a, int b) {
    return Integer.compareUnsigned(a, b) <= 0 ? a : b;
  }

  private static int maxUnsigned(int a, int b) {
    return Integer.compareUnsigned(a, b) >= 0 ? a : b;
  }

  private static Instruction match(Form form, Decoder decoder) {
    boolean all = form.takeOneOf("any", "all").equals("all");
    PtxType type = form.takeType();
    if (type != PtxType.B32 && type != PtxType.B64) {
      throw form.unknown("expected .b32 or .b64");
    }
    form.expectOperands(3, 3);
    PtxOperand target = form.operand(0);
    Slot equal = null;
    if (all && target instanceof PtxOperand.Pair(PtxOperand value, PtxOperand predicate)) {
      target = value;
      equal = decoder.destination(form, predicate, PtxType.PRED);
    }
    return new Match(
        all,
        decoder.destination(form, target, PtxType.B32),
        equal,
        decoder.source(form, form.operand(1), type),
        decoder.source(form, form.operand(2), PtxType.B32));
  }

  private static final class Redux extends Instruction {
    private final IntBinaryOperator combine;
    private final Slot target;
    private final Slot value;
    private final Slot members;

    Redux(IntBinaryOperator combine, Slot target, Slot value, Slot members) {
      this.combine = combine;
      this.target = target;
      this.value = value;
      this.members = members;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, members.id());
      warp.requireInit(mask, value.id());
      Membership.require(warp, mask, members.base());
      int first = Integer.numberOfTrailingZeros(mask);
      int result = warp.r[value.base() + first];
      for (int rest = mask & mask - 1; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        result = combine.applyAsInt(result, warp.r[value.base() + lane]);
      }
      VoteFamily.broadcast(warp, target, mask, result);
    }
  }

  private static final class Match extends Instruction {
    private final boolean all;
    private final Slot target;
    private final @Nullable Slot equal;
    private final Slot value;
    private final Slot members;

    Match(boolean all, Slot target, @Nullable Slot equal, Slot value, Slot members) {
      this.all = all;
      this.target = target;
      this.equal = equal;
      this.value = value;
      this.members = members;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, members.id());
      warp.requireInit(mask, value.id());
      Membership.require(warp, mask, members.base());
      int[] same = warp.offsets;
      for (int lane = 0; lane < LANES; lane++) {
        same[lane] = 0;
        for (int other = 0; other < LANES; other++) {
          boolean equals = (mask >>> other & 1) != 0 && read(warp, lane) == read(warp, other);
          same[lane] |= equals ? 1 << other : 0;
        }
      }
      boolean everyone = same[Integer.numberOfTrailingZeros(mask)] == mask;
      for (int lane = 0; lane < LANES; lane++) {
        if ((mask >>> lane & 1) != 0) {
          warp.r[target.base() + lane] = all ? (everyone ? mask : 0) : same[lane];
        }
      }
      warp.define(target, mask);
      if (equal != null) {
        warp.p[equal.base()] = warp.p[equal.base()] & ~mask | (everyone ? mask : 0);
        warp.define(equal, mask);
      }
    }

    private long read(Warp warp, int lane) {
      return value.file() == Slot.File.BITS64
          ? warp.q[value.base() + lane]
          : warp.r[value.base() + lane];
    }
  }
}
