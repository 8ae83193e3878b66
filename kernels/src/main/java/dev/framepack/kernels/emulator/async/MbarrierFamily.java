package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.exec.AddressOperand;
import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.InstructionFamily;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Wait;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.memory.AccessFault;
import dev.framepack.kernels.emulator.memory.AddressWindow;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code mbarrier}: init, inval, arrive, arrive.expect_tx, expect_tx, complete_tx, test_wait and
 * try_wait. A try_wait that would fail suspends its lanes until the phase ends; a state token holds
 * the number of the phase. Source: PTX ISA 8.0, "mbarrier".
 */
public final class MbarrierFamily implements InstructionFamily {
  private enum Action {
    INIT,
    INVAL,
    ARRIVE,
    ARRIVE_EXPECT,
    EXPECT,
    COMPLETE
  }

  @Override
  public Set<String> opcodes() {
    return Set.of("mbarrier");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    String what =
        form.takeOneOf(
            "init", "inval", "arrive", "expect_tx", "complete_tx", "test_wait", "try_wait");
    boolean expects = what.equals("arrive") && form.take("expect_tx");
    boolean parity = form.take("parity");
    form.takeAny("release", "acquire", "relaxed");
    form.takeAny("cta", "cluster");
    form.takeAny("shared", "shared::cta", "shared::cluster");
    form.takeOneOf("b64");
    return switch (what) {
      case "init" -> {
        form.expectOperands(2, 2);
        yield new Change(Action.INIT, null, place(form, decoder, 0), count(form, decoder, 1));
      }
      case "inval" -> {
        form.expectOperands(1, 1);
        yield new Change(Action.INVAL, null, place(form, decoder, 0), null);
      }
      case "expect_tx", "complete_tx" -> {
        form.expectOperands(2, 2);
        yield new Change(
            what.equals("expect_tx") ? Action.EXPECT : Action.COMPLETE,
            null,
            place(form, decoder, 0),
            count(form, decoder, 1));
      }
      case "arrive" -> {
        form.expectOperands(expects ? 3 : 2, 3);
        Slot state = decoder.destination(form, form.operand(0), PtxType.B64);
        yield new Change(
            expects ? Action.ARRIVE_EXPECT : Action.ARRIVE,
            state,
            place(form, decoder, 1),
            form.operandCount() > 2 ? count(form, decoder, 2) : null);
      }
      default -> {
        form.expectOperands(3, what.equals("try_wait") ? 4 : 3);
        yield new Test(
            what.equals("try_wait"),
            parity,
            decoder.destination(form, form.operand(0), PtxType.PRED),
            place(form, decoder, 1),
            decoder.source(form, form.operand(2), parity ? PtxType.U32 : PtxType.B64));
      }
    };
  }

  private static AddressOperand place(Form form, Decoder decoder, int index) {
    return AddressOperand.of(form, decoder, form.operand(index));
  }

  private static Slot count(Form form, Decoder decoder, int index) {
    PtxOperand operand = form.operand(index);
    return decoder.source(form, operand, PtxType.U32);
  }

  /** Where a lane's mbarrier lies; generic addresses are the block's own. */
  static ClusterAddress locate(Warp warp, int lane, AddressOperand place) {
    long address = place.of(warp, lane);
    if (address >>> 32 == AddressWindow.SHARED >>> 32) {
      address -= AddressWindow.SHARED;
    }
    return ClusterAddress.of(warp, lane, address, Long.BYTES, Long.BYTES);
  }

  /** Everything but the tests. */
  private static final class Change extends Instruction {
    private final Action action;
    private final @Nullable Slot state;
    private final AddressOperand place;
    private final @Nullable Slot count;

    Change(Action action, @Nullable Slot state, AddressOperand place, @Nullable Slot count) {
      this.action = action;
      this.state = state;
      this.place = place;
      this.count = count;
    }

    @Override
    public void execute(Warp warp, int mask) {
      place.requireInit(warp, mask);
      int[] snapshot = null;
      if (count != null) {
        warp.requireInit(mask, count.id());
      }
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        int amount = count == null ? 1 : warp.r[count.base() + lane];
        ClusterAddress at = locate(warp, lane, place);
        AsyncState owner = AsyncState.of(at.cta());
        try {
          if (action == Action.INIT) {
            owner.initialise(warp, at.offset(), amount, line());
            continue;
          }
          if (action == Action.INVAL) {
            owner.invalidate(at.offset());
            continue;
          }
          Mbarrier barrier = owner.mbarrier(at.offset());
          if (at.cta() == warp.cta) {
            snapshot = snapshot == null ? warp.cta.clocks().release(warp.index) : snapshot;
            barrier.join(snapshot);
          }
          if (state != null) {
            warp.q[state.base() + lane] = barrier.phase();
          }
          change(barrier, amount);
        } catch (AccessFault fault) {
          throw fault.inLane(lane);
        }
      }
      if (state != null) {
        warp.define(state, mask);
      }
    }

    private void change(Mbarrier barrier, int amount) {
      switch (action) {
        case ARRIVE -> barrier.arrive(amount);
        case ARRIVE_EXPECT -> {
          barrier.expectBytes(amount);
          barrier.arrive(1);
        }
        case EXPECT -> barrier.expectBytes(amount);
        case COMPLETE -> barrier.completeBytes(amount);
        default -> throw new IllegalStateException(action.toString());
      }
    }
  }

  /** test_wait and try_wait. */
  private static final class Test extends Instruction {
    private final boolean suspends;
    private final boolean parity;
    private final Slot target;
    private final AddressOperand place;
    private final Slot phase;

    Test(boolean suspends, boolean parity, Slot target, AddressOperand place, Slot phase) {
      this.suspends = suspends;
      this.parity = parity;
      this.target = target;
      this.place = place;
      this.phase = phase;
    }

    @Override
    public void execute(Warp warp, int mask) {
      place.requireInit(warp, mask);
      warp.requireInit(mask, phase.id());
      AsyncState state = AsyncState.of(warp);
      int ended = 0;
      Mbarrier open = null;
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        ClusterAddress at = locate(warp, lane, place);
        Mbarrier barrier;
        try {
          barrier = AsyncState.of(at.cta()).mbarrier(at.offset());
        } catch (AccessFault fault) {
          throw fault.inLane(lane);
        }
        if (hasEnded(barrier, warp, lane)) {
          ended |= 1 << lane;
          if (at.cta() == warp.cta) {
            warp.cta.clocks().acquire(warp.index, barrier.released());
          }
        } else {
          open = barrier;
        }
      }
      int waiting = mask & ~ended;
      if (open != null && suspends && !state.hesitates()) {
        warp.suspend(waiting, new PhaseWait(open), true);
        waiting = 0;
      } else if (open != null && !suspends) {
        state.advance();
      }
      warp.p[target.base()] = warp.p[target.base()] & ~(ended | waiting) | ended;
      warp.define(target, ended | waiting);
    }

    private boolean hasEnded(Mbarrier barrier, Warp warp, int lane) {
      return parity
          ? barrier.hasEnded(warp.r[phase.base() + lane] & 1)
          : barrier.phase() != (int) warp.q[phase.base() + lane];
    }
  }

  /** Waits until the running phase ends. */
  private static final class PhaseWait implements Wait {
    private final Mbarrier barrier;
    private final int phase;

    PhaseWait(Mbarrier barrier) {
      this.barrier = barrier;
      this.phase = barrier.phase();
    }

    @Override
    public boolean isOver() {
      return barrier.phase() != phase;
    }

    @Override
    public String describe() {
      return "mbarrier, " + barrier.describe();
    }
  }
}
