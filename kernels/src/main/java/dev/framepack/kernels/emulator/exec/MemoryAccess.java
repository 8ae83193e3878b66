package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.memory.AccessFault;
import dev.framepack.kernels.emulator.memory.AddressWindow;
import dev.framepack.kernels.emulator.memory.LaneOrder;
import dev.framepack.kernels.emulator.memory.OperandRange;
import dev.framepack.kernels.emulator.memory.SharedMemory;
import java.util.Locale;

/**
 * An instruction that touches memory: finds where each lane's address lies, checks it, and hands
 * groups of lanes with one byte array to {@link #transfer}.
 */
abstract class MemoryAccess extends Instruction {
  /** What is done to the memory. */
  enum Kind {
    READ,
    WRITE,
    ATOMIC
  }

  private final Space space;
  private final AddressOperand address;
  private final int bytes;
  private final Kind kind;

  /**
   * @param bytes bytes of one lane's access
   */
  MemoryAccess(Space space, AddressOperand address, int bytes, Kind kind) {
    this.space = space;
    this.address = address;
    this.bytes = bytes;
    this.kind = kind;
  }

  /**
   * Moves the data of the lanes; {@code warp.offsets} holds each lane's offset in {@code data}.
   *
   * @param disjoint true when no two lanes can have the same address
   */
  abstract void transfer(Warp warp, byte[] data, int mask, boolean disjoint);

  final void access(Warp warp, int mask) {
    address.requireInit(warp, mask);
    switch (space) {
      case GLOBAL -> global(warp, mask);
      case SHARED -> shared(warp, mask, 0);
      case LOCAL -> local(warp, mask, 0);
      case PARAM -> parameter(warp, mask, 0);
      case GENERIC -> generic(warp, mask);
    }
  }

  private void generic(Warp warp, int mask) {
    for (int rest = mask; rest != 0; ) {
      long window = address.of(warp, Integer.numberOfTrailingZeros(rest)) >>> 32;
      int group = 0;
      for (int lanes = rest; lanes != 0; lanes &= lanes - 1) {
        int l = Integer.numberOfTrailingZeros(lanes);
        long other = address.of(warp, l) >>> 32;
        boolean global = window == 0 || window > 3;
        if (global ? other == 0 || other > 3 : other == window) {
          group |= 1 << l;
        }
      }
      switch ((int) Math.min(window, 4)) {
        case 1 -> shared(warp, group, AddressWindow.SHARED);
        case 2 -> local(warp, group, AddressWindow.LOCAL);
        case 3 -> parameter(warp, group, AddressWindow.PARAM);
        default -> global(warp, group);
      }
      rest &= ~group;
    }
  }

  private void global(Warp warp, int mask) {
    int[] offsets = warp.offsets;
    Cta cta = warp.cta;
    int block = (int) cta.linearIndex();
    int first = Integer.numberOfTrailingZeros(mask);
    long start = address.of(warp, first);
    OperandRange range = find(cta, start, first);
    if (mask == -1 && address.base().isWide()) {
      long[] q = warp.q;
      int base = address.base().base();
      long apart = 0;
      for (int l = 0; l < 32; l++) {
        apart |= q[base + l] - q[base] - (long) l * bytes;
      }
      if (apart == 0 && start + 32L * bytes <= range.end) {
        AddressOperand.requireAligned(start, bytes, 0);
        int from = range.offset(start);
        check(range, from, 32 * bytes, block, -1);
        for (int l = 0; l < 32; l++) {
          offsets[l] = from + l * bytes;
        }
        count(warp, mask);
        transfer(warp, range.data, mask, true);
        return;
      }
    }
    int group = 0;
    boolean increasing = true;
    long before = Long.MIN_VALUE;
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      long at = address.of(warp, l);
      AddressOperand.requireAligned(at, bytes, l);
      if (at < range.start || at + bytes > range.end) {
        count(warp, group);
        transfer(warp, range.data, group, increasing);
        group = 0;
        range = find(cta, at, l);
      }
      increasing &= at > before;
      before = at;
      offsets[l] = range.offset(at);
      check(range, offsets[l], bytes, block, l);
      group |= 1 << l;
    }
    count(warp, group);
    transfer(warp, range.data, group, increasing);
  }

  private void count(Warp warp, int mask) {
    MemoryCounters counters = warp.cta.counters();
    if (counters != null) {
      counters.global(index(), warp.offsets, mask, bytes);
    }
  }

  private OperandRange find(Cta cta, long at, int lane) {
    try {
      return cta.operands().find(index(), at, bytes);
    } catch (AccessFault fault) {
      throw fault.inLane(lane);
    }
  }

  private void check(OperandRange range, int offset, int count, int block, int lane) {
    try {
      if (kind != Kind.WRITE) {
        range.read(offset, count, block);
      }
      if (kind != Kind.READ) {
        range.write(offset, count, block);
      }
    } catch (AccessFault fault) {
      throw fault.inLane(lane);
    }
  }

  private void shared(Warp warp, int mask, long window) {
    SharedMemory shared = warp.cta.shared();
    int[] offsets = warp.offsets;
    if (mask == -1 && !address.base().isWide()) {
      int[] r = warp.r;
      int base = address.base().base();
      int add = (int) address.offset() - Cta.SHARED_BASE;
      for (int l = 0; l < 32; l++) {
        offsets[l] = r[base + l] + add;
      }
    } else {
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int l = Integer.numberOfTrailingZeros(rest);
        long at = address.of(warp, l) - window - Cta.SHARED_BASE;
        offsets[l] = (int) Math.clamp(at, -1024, Integer.MAX_VALUE - 1023);
      }
    }
    requireAligned(offsets, mask);
    MemoryCounters counters = warp.cta.counters();
    if (counters != null) {
      counters.shared(index(), offsets, mask, bytes);
    }
    LaneOrder lanes = warp.cta.laneOrder();
    if (lanes != null && kind == Kind.READ) {
      lanes.read(warp.index, offsets, mask, bytes);
    }
    switch (kind) {
      case READ -> shared.read(warp.index, offsets, mask, bytes);
      case WRITE -> shared.write(warp.index, offsets, mask, bytes);
      case ATOMIC -> {
        for (int rest = mask; rest != 0; rest &= rest - 1) {
          int l = Integer.numberOfTrailingZeros(rest);
          try {
            shared.atomic(warp.index, offsets[l], bytes);
          } catch (AccessFault fault) {
            throw fault.inLane(l);
          }
        }
      }
    }
    if (lanes != null && kind != Kind.READ) {
      lanes.write(warp.index, offsets, mask, bytes);
    }
    transfer(warp, shared.data(), mask, kind == Kind.WRITE && isIncreasing(offsets, mask));
  }

  private void requireAligned(int[] offsets, int mask) {
    int low = 0;
    if (mask == -1) {
      for (int l = 0; l < 32; l++) {
        low |= offsets[l];
      }
      if ((low & (bytes - 1)) == 0) {
        return;
      }
    }
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      AddressOperand.requireAligned((long) offsets[l] + Cta.SHARED_BASE, bytes, l);
    }
  }

  /** True for addresses that rise from lane to lane, which can have no conflict. */
  private static boolean isIncreasing(int[] offsets, int mask) {
    int before = Integer.MIN_VALUE;
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      if (offsets[l] <= before) {
        return false;
      }
      before = offsets[l];
    }
    return true;
  }

  private void local(Warp warp, int mask, long window) {
    int each = warp.local.length / Warp.LANES;
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      long at = address.of(warp, l) - window;
      AddressOperand.requireAligned(at, bytes, l);
      if (at < 0 || at + bytes > each) {
        throw outside("local", at, each).inLane(l);
      }
      warp.offsets[l] = l * each + (int) at;
    }
    transfer(warp, warp.local, mask, true);
  }

  private void parameter(Warp warp, int mask, long window) {
    byte[] parameters = warp.cta.launch().parameters();
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      long at = address.of(warp, l) - window;
      AddressOperand.requireAligned(at, bytes, l);
      if (kind != Kind.READ || at < 0 || at + bytes > parameters.length) {
        throw outside("parameter", at, parameters.length).inLane(l);
      }
      warp.offsets[l] = (int) at;
    }
    transfer(warp, parameters, mask, true);
  }

  private AccessFault outside(String what, long at, int size) {
    return new AccessFault(
        EmulationException.Kind.OUT_OF_RANGE,
        String.format(
            Locale.ROOT, "touches %s bytes at %s byte %,d of %,d", bytes, what, at, size));
  }
}
