package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.async.ClusterBarrier;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxRegister;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** bar and barrier of a block, of a warp, and membar. */
final class BarrierFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of("bar", "barrier", "membar");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    if (form.opcode().equals("membar")) {
      form.takeOneOf("cta", "gl", "sys");
      return new ControlFamily.Nothing();
    }
    boolean old = form.opcode().equals("bar");
    if (old && form.take("warp")) {
      form.takeOneOf("sync");
      form.expectOperands(1, 1);
      return new WarpBarrier(decoder.source(form, form.operand(0), PtxType.B32));
    }
    if (!old && form.take("cluster")) {
      return cluster(form);
    }
    form.take("cta");
    String what = form.takeOneOf("sync", "arrive", "red");
    // bar is aligned; barrier only when it says so.
    boolean aligned = form.take("aligned") | old;
    if (what.equals("red")) {
      return reduce(form, decoder, aligned);
    }
    form.expectOperands(1, 2);
    if (form.operandCount() > 1) {
      decoder.usesPartialOrder();
    }
    Slot number = decoder.source(form, form.operand(0), PtxType.U32);
    Slot threads =
        form.operandCount() > 1 ? decoder.source(form, form.operand(1), PtxType.U32) : null;
    return new BlockBarrier(number, threads, what.equals("sync"), aligned, null, null, false, null);
  }

  private static Instruction cluster(Form form) {
    boolean arrive = form.takeOneOf("arrive", "wait").equals("arrive");
    form.takeAny("release", "relaxed", "acquire");
    form.take("aligned");
    form.expectOperands(0, 0);
    return new ClusterHalf(arrive);
  }

  /** barrier.cluster.arrive and barrier.cluster.wait. */
  private static final class ClusterHalf extends Instruction {
    private final boolean arrive;

    ClusterHalf(boolean arrive) {
      this.arrive = arrive;
    }

    @Override
    public void execute(Warp warp, int mask) {
      ClusterBarrier.execute(warp, mask, arrive);
    }
  }

  private static Instruction reduce(Form form, Decoder decoder, boolean aligned) {
    String how = form.takeOneOf("popc", "and", "or");
    PtxType type = form.takeType();
    form.expectOperands(3, 4);
    int last = form.operandCount() - 1;
    if (last == 3) {
      decoder.usesPartialOrder();
    }
    Slot threads = last == 3 ? decoder.source(form, form.operand(2), PtxType.U32) : null;
    boolean negated = form.operand(last) instanceof PtxOperand.NotPredicate;
    Slot predicate =
        form.operand(last) instanceof PtxOperand.NotPredicate(PtxRegister register)
            ? decoder.register(register)
            : decoder.source(form, form.operand(last), PtxType.PRED);
    return new BlockBarrier(
        decoder.source(form, form.operand(1), PtxType.U32),
        threads,
        true,
        aligned,
        switch (how) {
          case "popc" -> NamedBarrier.Reduction.POPC;
          case "and" -> NamedBarrier.Reduction.AND;
          default -> NamedBarrier.Reduction.OR;
        },
        predicate,
        negated,
        decoder.destination(form, form.operand(0), type));
  }

  private static final class BlockBarrier extends Instruction {
    private final Slot number;
    private final @Nullable Slot threads;
    private final boolean waits;
    private final boolean aligned;
    private final NamedBarrier.@Nullable Reduction reduction;
    private final @Nullable Slot predicate;
    private final boolean negated;
    private final @Nullable Slot result;

    BlockBarrier(
        Slot number,
        @Nullable Slot threads,
        boolean waits,
        boolean aligned,
        NamedBarrier.@Nullable Reduction reduction,
        @Nullable Slot predicate,
        boolean negated,
        @Nullable Slot result) {
      this.number = number;
      this.threads = threads;
      this.waits = waits;
      this.aligned = aligned;
      this.reduction = reduction;
      this.predicate = predicate;
      this.negated = negated;
      this.result = result;
    }

    @Override
    public void execute(Warp warp, int mask) {
      if (aligned && mask != warp.live()) {
        throw warp.fault(
            EmulationException.Kind.DIVERGENCE,
            Integer.numberOfTrailingZeros(warp.live() & ~mask),
            "lanes 0x%08x of 0x%08x execute an aligned barrier; all must, together"
                .formatted(mask, warp.live()));
      }
      int which = uniform(warp, number, mask);
      if (which < 0 || which > 15) {
        throw warp.fault(
            EmulationException.Kind.BARRIER,
            Integer.numberOfTrailingZeros(mask),
            "barrier " + which + "; expected 0 to 15");
      }
      int count = threads == null ? 0 : uniform(warp, threads, mask);
      int values = 0;
      if (predicate != null) {
        warp.requireInit(mask, predicate.id());
        values = negated ? ~warp.p[predicate.base()] : warp.p[predicate.base()];
      }
      warp.cta.barrier(which).arrive(warp, mask, count, waits, reduction, values, result);
    }

    private static int uniform(Warp warp, Slot slot, int mask) {
      warp.requireInit(mask, slot.id());
      int first = warp.r[slot.base() + Integer.numberOfTrailingZeros(mask)];
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int l = Integer.numberOfTrailingZeros(rest);
        if (warp.r[slot.base() + l] != first) {
          throw warp.fault(
              EmulationException.Kind.BARRIER,
              l,
              "barrier or count differs between lanes: %s and %s"
                  .formatted(first, warp.r[slot.base() + l]));
        }
      }
      return first;
    }
  }

  /** bar.warp.sync: its lanes meet before any goes on. */
  private static final class WarpBarrier extends Instruction {
    private final Slot members;

    WarpBarrier(Slot members) {
      this.members = members;
    }

    @Override
    public void execute(Warp warp, int mask) {
      int expected = Collective.members(warp, members, mask);
      if (warp.meet(this, mask, expected)) {
        warp.cta.clocks().advance(warp.index);
      }
    }
  }
}
