package dev.framepack.kernels.emulator.collective;

import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.InstructionFamily;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Arrays;
import java.util.Set;

/**
 * {@code vote.sync}, {@code activemask} and {@code elect.sync}. The elected lane is the lowest; PTX
 * leaves the choice open.
 */
public final class VoteFamily implements InstructionFamily {
  private static final int LANES = 32;

  private enum Mode {
    ALL,
    ANY,
    UNI,
    BALLOT
  }

  @Override
  public Set<String> opcodes() {
    return Set.of("vote", "activemask", "elect");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    return switch (form.opcode()) {
      case "vote" -> vote(form, decoder);
      case "activemask" -> {
        form.takeOneOf("b32");
        form.expectOperands(1, 1);
        yield new ActiveMask(decoder.destination(form, form.operand(0), PtxType.B32));
      }
      default -> elect(form, decoder);
    };
  }

  private static Instruction vote(Form form, Decoder decoder) {
    form.takeOneOf("sync");
    String word = form.takeOneOf("all", "any", "uni", "ballot");
    Mode mode =
        switch (word) {
          case "all" -> Mode.ALL;
          case "any" -> Mode.ANY;
          case "uni" -> Mode.UNI;
          default -> Mode.BALLOT;
        };
    PtxType type = mode == Mode.BALLOT ? PtxType.B32 : PtxType.PRED;
    form.takeOneOf(mode == Mode.BALLOT ? "b32" : "pred");
    form.expectOperands(3, 3);
    PtxOperand predicate = form.operand(1);
    boolean negated = false;
    if (predicate instanceof PtxOperand.NotPredicate(var register)) {
      predicate = new PtxOperand.Register(register);
      negated = true;
    }
    return new Vote(
        mode,
        decoder.destination(form, form.operand(0), type),
        decoder.predicate(form, predicate),
        negated,
        decoder.source(form, form.operand(2), PtxType.B32));
  }

  private static Instruction elect(Form form, Decoder decoder) {
    form.takeOneOf("sync");
    form.expectOperands(2, 2);
    if (form.operand(0) instanceof PtxOperand.Pair(PtxOperand leader, PtxOperand predicate)) {
      return new Elect(
          decoder.destination(form, leader, PtxType.B32),
          decoder.destination(form, predicate, PtxType.PRED),
          decoder.source(form, form.operand(1), PtxType.B32));
    }
    throw form.unknown("expected d|p");
  }

  /** Writes one value to the given lanes of a 32-bit register. */
  static void broadcast(Warp warp, Slot target, int mask, int value) {
    if (mask == -1) {
      Arrays.fill(warp.r, target.base(), target.base() + LANES, value);
    } else {
      for (int lane = 0; lane < LANES; lane++) {
        if ((mask >>> lane & 1) != 0) {
          warp.r[target.base() + lane] = value;
        }
      }
    }
    warp.define(target, mask);
  }

  private static final class Vote extends Instruction {
    private final Mode mode;
    private final Slot target;
    private final Slot predicate;
    private final boolean negated;
    private final Slot members;

    Vote(Mode mode, Slot target, Slot predicate, boolean negated, Slot members) {
      this.mode = mode;
      this.target = target;
      this.predicate = predicate;
      this.negated = negated;
      this.members = members;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, members.id());
      warp.requireInit(mask, predicate.id());
      Membership.require(warp, mask, members.base());
      int ballot = (negated ? ~warp.p[predicate.base()] : warp.p[predicate.base()]) & mask;
      boolean result =
          switch (mode) {
            case ALL -> ballot == mask;
            case ANY -> ballot != 0;
            case UNI -> ballot == mask || ballot == 0;
            case BALLOT -> false;
          };
      if (mode == Mode.BALLOT) {
        broadcast(warp, target, mask, ballot);
      } else {
        warp.p[target.base()] = warp.p[target.base()] & ~mask | (result ? mask : 0);
        warp.define(target, mask);
      }
    }
  }

  private static final class ActiveMask extends Instruction {
    private final Slot target;

    ActiveMask(Slot target) {
      this.target = target;
    }

    @Override
    public void execute(Warp warp, int mask) {
      broadcast(warp, target, mask, mask);
    }
  }

  private static final class Elect extends Instruction {
    private final Slot leader;
    private final Slot elected;
    private final Slot members;

    Elect(Slot leader, Slot elected, Slot members) {
      this.leader = leader;
      this.elected = elected;
      this.members = members;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, members.id());
      Membership.require(warp, mask, members.base());
      int lane = Integer.numberOfTrailingZeros(mask);
      broadcast(warp, leader, mask, lane);
      warp.p[elected.base()] = warp.p[elected.base()] & ~mask | 1 << lane;
      warp.define(elected, mask);
    }
  }
}
