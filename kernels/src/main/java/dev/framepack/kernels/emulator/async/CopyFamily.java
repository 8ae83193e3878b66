package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.collective.SharedAddress;
import dev.framepack.kernels.emulator.exec.AddressOperand;
import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.InstructionFamily;
import dev.framepack.kernels.emulator.exec.MemoryCounters;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.memory.AccessFault;
import dev.framepack.kernels.emulator.memory.OperandRange;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code cp.async}: copies of 4, 8 or 16 bytes from global to shared memory, their groups and
 * waits. Source: PTX ISA 8.0, "Data movement and conversion: cp.async".
 */
public final class CopyFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of("cp");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    form.takeOneOf("async");
    if (form.take("bulk")) {
      return bulk(form, decoder);
    }
    if (form.take("mbarrier")) {
      return arrival(form, decoder);
    }
    if (form.take("commit_group")) {
      form.expectOperands(0, 0);
      return new Commit();
    }
    if (form.take("wait_all")) {
      form.expectOperands(0, 0);
      return new WaitFor(-1);
    }
    if (form.take("wait_group")) {
      form.expectOperands(1, 1);
      return new WaitFor(Math.toIntExact(decoder.literal(form, form.operand(0))));
    }
    return copy(form, decoder);
  }

  private static Instruction bulk(Form form, Decoder decoder) {
    if (form.take("commit_group")) {
      form.expectOperands(0, 0);
      return new BulkWait(-1);
    }
    if (form.take("wait_group")) {
      form.take("read");
      form.expectOperands(1, 1);
      return new BulkWait(Math.toIntExact(decoder.literal(form, form.operand(0))));
    }
    return BulkCopy.decode(form, decoder);
  }

  private static Instruction arrival(Form form, Decoder decoder) {
    form.takeOneOf("arrive");
    boolean counted = form.take("noinc");
    form.takeAny("shared", "shared::cta");
    form.takeOneOf("b64");
    form.expectOperands(1, 1);
    return new Arrive(AddressOperand.of(form, decoder, form.operand(0)), counted);
  }

  private static Instruction copy(Form form, Decoder decoder) {
    boolean all = form.takeOneOf("ca", "cg").equals("ca");
    form.takeOneOf("shared", "shared::cta");
    form.takeOneOf("global");
    boolean policy = form.take("L2::cache_hint");
    form.takeStartingWith("L2::");
    int least = policy ? 4 : 3;
    form.expectOperands(least, least + 1);
    long bytes = decoder.literal(form, form.operand(2));
    boolean fits = bytes == 16 || (all && (bytes == 4 || bytes == 8));
    if (!fits) {
      throw form.unknown("size " + bytes + "; expected 16, or 4 or 8 with .ca");
    }
    Slot sourceBytes = null;
    Slot ignored = null;
    if (form.operandCount() > least) {
      PtxOperand fourth = form.operand(3);
      boolean predicate =
          fourth instanceof PtxOperand.Register(var register) && register.type() == PtxType.PRED;
      if (predicate) {
        ignored = decoder.predicate(form, fourth);
      } else {
        sourceBytes = decoder.source(form, fourth, PtxType.U32);
      }
    }
    return new Copy(
        SharedAddress.decode(form, decoder, form.operand(0)),
        GlobalAddress.decode(form, decoder, form.operand(1)),
        (int) bytes,
        sourceBytes,
        ignored);
  }

  private static final class Copy extends Instruction {
    private final SharedAddress target;
    private final GlobalAddress source;
    private final int bytes;
    private final @Nullable Slot sourceBytes;
    private final @Nullable Slot ignored;

    Copy(
        SharedAddress target,
        GlobalAddress source,
        int bytes,
        @Nullable Slot sourceBytes,
        @Nullable Slot ignored) {
      this.target = target;
      this.source = source;
      this.bytes = bytes;
      this.sourceBytes = sourceBytes;
      this.ignored = ignored;
    }

    @Override
    public void execute(Warp warp, int mask) {
      target.requireInit(warp, mask);
      warp.requireInit(mask, source.base().id());
      CopyQueue.Batch batch = new CopyQueue.Batch(line(), bytes, mask);
      int reading = 0;
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        batch.target[lane] = target.offset(warp, lane, bytes);
        int wanted = sourceBytes(warp, lane);
        batch.sourceBytes[lane] = wanted;
        if (wanted > 0) {
          readSource(warp, lane, batch, wanted);
          reading |= 1 << lane;
        }
      }
      MemoryCounters counters = warp.cta.counters();
      if (counters != null) {
        counters.shared(index(), batch.target, mask, bytes);
        counters.global(index(), batch.source, reading, bytes);
      }
      AsyncState.of(warp).copies(warp).issue(batch);
    }

    private int sourceBytes(Warp warp, int lane) {
      Slot size = sourceBytes;
      if (size != null) {
        warp.requireInit(1 << lane, size.id());
        int wanted = warp.r[size.base() + lane];
        if (wanted < 0 || wanted > bytes) {
          throw warp.fault(
              EmulationException.Kind.ASYNC,
              lane,
              "source size %s; expected 0 to %s".formatted(wanted, bytes));
        }
        return wanted;
      }
      Slot ignore = ignored;
      if (ignore != null) {
        warp.requireInit(1 << lane, ignore.id());
        return (warp.p[ignore.base()] >>> lane & 1) != 0 ? 0 : bytes;
      }
      return bytes;
    }

    private void readSource(Warp warp, int lane, CopyQueue.Batch batch, int wanted) {
      long address = source.of(warp, lane);
      if ((address & bytes - 1) != 0) {
        throw warp.fault(
            EmulationException.Kind.MISALIGNED,
            lane,
            "global address 0x%x; expected a multiple of %s".formatted(address, bytes));
      }
      try {
        OperandRange range = warp.cta.operands().find(index(), address, wanted);
        int offset = range.offset(address);
        range.read(offset, wanted, (int) warp.cta.linearIndex());
        batch.range[lane] = range;
        batch.source[lane] = offset;
      } catch (AccessFault fault) {
        throw fault.inLane(lane);
      }
    }
  }

  private static final class Commit extends Instruction {
    @Override
    public void execute(Warp warp, int mask) {
      AsyncState.of(warp).copies(warp).commit(mask);
    }
  }

  private static final class WaitFor extends Instruction {
    private final int left;

    /**
     * @param left groups that may stay under way; -1 waits for everything
     */
    WaitFor(int left) {
      this.left = left;
    }

    @Override
    public void execute(Warp warp, int mask) {
      CopyQueue copies = AsyncState.of(warp).copies(warp);
      if (left < 0) {
        copies.waitAll(mask);
      } else {
        copies.waitGroups(mask, left);
      }
    }
  }

  /** cp.async.mbarrier.arrive: arrives once the lane's copies of now are complete. */
  private static final class Arrive extends Instruction {
    private final AddressOperand place;
    private final boolean counted;

    /**
     * @param counted true when the barrier's count already includes this arrival
     */
    Arrive(AddressOperand place, boolean counted) {
      this.place = place;
      this.counted = counted;
    }

    @Override
    public void execute(Warp warp, int mask) {
      place.requireInit(warp, mask);
      AsyncState state = AsyncState.of(warp);
      Mbarrier[] barriers = new Mbarrier[Integer.SIZE];
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        barriers[lane] = state.mbarrier(MbarrierFamily.locate(warp, lane, place).offset());
        if (!counted) {
          barriers[lane].expectOneMore();
        }
      }
      state
          .copies(warp)
          .afterwards(
              mask,
              lane -> {
                barriers[lane].join(warp.cta.clocks().release(warp.index));
                barriers[lane].arrive(1);
              });
    }
  }

  /** Groups of bulk stores. */
  private static final class BulkWait extends Instruction {
    private final int left;

    /**
     * @param left groups that may stay under way; -1 closes the open one
     */
    BulkWait(int left) {
      this.left = left;
    }

    @Override
    public void execute(Warp warp, int mask) {
      StoreQueue stores = AsyncState.of(warp).stores(warp);
      if (left < 0) {
        stores.commit(mask);
      } else {
        stores.waitGroups(mask, left);
      }
    }
  }
}
