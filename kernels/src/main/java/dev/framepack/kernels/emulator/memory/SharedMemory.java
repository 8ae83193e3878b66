package dev.framepack.kernels.emulator.memory;

import dev.framepack.kernels.emulator.EmulationException;
import java.util.Arrays;
import java.util.Locale;

/** Shared memory of one block: bytes, which of them hold values, and who touched them last. */
public final class SharedMemory {
  /** Order of the warps' accesses, as their synchronisation implies it. */
  public interface Order {
    int warps();

    /** Grows when all warps met; what happened before is ordered. */
    int generation();

    /** Own clock of a warp. */
    int now(int warp);

    /** True when {@code warp} knows of {@code other}'s accesses at {@code clock}. */
    boolean isOrdered(int warp, int other, int clock);
  }

  /** An epoch is clock, atomic flag and warp. */
  private static final int CLOCK_SHIFT = 6;

  private static final long ALL = 0x0101010101010101L;

  private static final int ATOMIC = 1 << 5;
  private static final int WARP_MASK = ATOMIC - 1;

  private static final long GENERATION = 0xffffffff00000000L;

  private final byte[] data;
  private final byte[] initialised;
  private final int granuleShift;
  private final Order order;
  private final int warps;

  /** Per granule, generation above and epoch below of the last write. */
  private final long[] writes;

  /** Per granule, generation above and a bit per warp below of the reads since. */
  private final long[] reads;

  /** Per granule and warp, the clock of its last read; empty when only whole blocks meet. */
  private final int[] readClock;

  private boolean checks;
  private int firstGeneration;

  /**
   * @param granule bytes that are judged together, 1 to 16: the narrowest store of the kernel
   * @param partialOrder false when all synchronisation is of all warps at once
   */
  public SharedMemory(int bytes, int granule, boolean partialOrder, Order order) {
    this.data = new byte[bytes];
    this.initialised = new byte[bytes];
    this.granuleShift = Integer.numberOfTrailingZeros(granule);
    this.order = order;
    this.warps = order.warps();
    int granules = (bytes >> granuleShift) + 1;
    writes = new long[granules];
    reads = new long[granules];
    readClock = new int[partialOrder ? granules * warps : 0];
  }

  /** Begins a new block. */
  public void reset(boolean check) {
    checks = check;
    firstGeneration = order.generation();
    Arrays.fill(initialised, (byte) 0);
  }

  public int byteSize() {
    return data.length;
  }

  /** The bytes themselves; an access must be checked first. */
  public byte[] data() {
    return data;
  }

  /** Checks a read of naturally aligned bytes by a warp. */
  public void read(int warp, int offset, int bytes) {
    checkPlace(offset, bytes);
    if (checks) {
      recordRead(warp, offset, bytes, (long) order.generation() << 32);
    }
  }

  /** Checks reads of several lanes; an address that lanes share is judged once. */
  public void read(int warp, int[] offsets, int mask, int bytes) {
    checkPlaces(offsets, mask, bytes);
    if (!checks) {
      return;
    }
    long now = (long) order.generation() << 32;
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      int offset = offsets[l];
      boolean seen =
          mask == -1
              && l > 0
              && (offset == offsets[l - 1]
                  || (l >= 16 && offset == offsets[l - 16])
                  || (l >= 8 && offset == offsets[l - 8]));
      if (!seen) {
        try {
          recordRead(warp, offset, bytes, now);
        } catch (AccessFault fault) {
          throw fault.inLane(l);
        }
      }
    }
  }

  private void recordRead(int warp, int offset, int bytes, long now) {
    if (!isInitialised(offset, bytes)) {
      throw uninitialised("reads", offset, bytes);
    }
    int last = (offset + bytes - 1) >> granuleShift;
    for (int g = offset >> granuleShift; g <= last; g++) {
      long write = writes[g];
      if ((write & GENERATION) == now && ((int) write & WARP_MASK) != warp) {
        checkAfterWrite(warp, g, "reads");
      }
      long read = reads[g];
      reads[g] = ((read & GENERATION) == now ? read : now) | (1L << warp);
      if (readClock.length > 0) {
        readClock[g * warps + warp] = order.now(warp);
      }
    }
  }

  private boolean isInitialised(int offset, int bytes) {
    return switch (bytes) {
      case 16 ->
          (Bytes.getLong(initialised, offset) & Bytes.getLong(initialised, offset + 8)) == ALL;
      case 8 -> Bytes.getLong(initialised, offset) == ALL;
      case 4 -> Bytes.getInt(initialised, offset) == (int) ALL;
      default -> Bytes.firstZero(initialised, offset, offset + bytes) < 0;
    };
  }

  private AccessFault uninitialised(String what, int offset, int bytes) {
    return new AccessFault(
        EmulationException.Kind.UNINITIALISED_MEMORY,
        String.format(
            Locale.ROOT,
            "%s shared byte %,d, to which nothing was stored; store it, and wait for the copy",
            what,
            Bytes.firstZero(initialised, offset, offset + bytes)));
  }

  /** Checks and records a write of naturally aligned bytes by a warp. */
  public void write(int warp, int offset, int bytes) {
    checkPlace(offset, bytes);
    if (checks) {
      recordWrite(warp, offset, bytes, (long) order.generation() << 32);
    }
  }

  /** Checks and records writes of several lanes. */
  public void write(int warp, int[] offsets, int mask, int bytes) {
    checkPlaces(offsets, mask, bytes);
    if (!checks) {
      return;
    }
    long now = (long) order.generation() << 32;
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      try {
        recordWrite(warp, offsets[l], bytes, now);
      } catch (AccessFault fault) {
        throw fault.inLane(l);
      }
    }
  }

  private void recordWrite(int warp, int offset, int bytes, long now) {
    switch (bytes) {
      case 16 -> {
        Bytes.putLong(initialised, offset, ALL);
        Bytes.putLong(initialised, offset + 8, ALL);
      }
      case 8 -> Bytes.putLong(initialised, offset, ALL);
      case 4 -> Bytes.putInt(initialised, offset, (int) ALL);
      default -> Arrays.fill(initialised, offset, offset + bytes, (byte) 1);
    }
    int last = (offset + bytes - 1) >> granuleShift;
    long epoch = now | order.now(warp) << CLOCK_SHIFT | warp;
    for (int g = offset >> granuleShift; g <= last; g++) {
      long write = writes[g];
      if ((write & GENERATION) == now && ((int) write & WARP_MASK) != warp) {
        checkAfterWrite(warp, g, "writes");
      }
      long read = reads[g];
      if ((read & GENERATION) == now) {
        checkAfterReads(warp, g, (int) read);
        reads[g] = now;
      }
      writes[g] = epoch;
    }
  }

  /** Checks and records an atomic operation; atomic ones have no race with each other. */
  public void atomic(int warp, int offset, int bytes) {
    checkPlace(offset, bytes);
    if (!checks) {
      return;
    }
    if (!isInitialised(offset, bytes)) {
      throw uninitialised("updates", offset, bytes);
    }
    long now = (long) order.generation() << 32;
    int last = (offset + bytes - 1) >> granuleShift;
    for (int g = offset >> granuleShift; g <= last; g++) {
      if ((writes[g] & GENERATION) == now && (writes[g] & ATOMIC) == 0) {
        checkAfterWrite(warp, g, "updates");
      }
      if ((reads[g] & GENERATION) == now) {
        checkAfterReads(warp, g, (int) reads[g]);
      }
      writes[g] = now | order.now(warp) << CLOCK_SHIFT | ATOMIC | warp;
    }
  }

  /** Takes the bytes' values away: an asynchronous copy to them is under way. */
  public void forget(int offset, int bytes) {
    checkPlace(offset, bytes);
    Arrays.fill(initialised, offset, offset + bytes, (byte) 0);
  }

  /** The bytes now hold values, stored by no warp. */
  public void define(int offset, int bytes) {
    Arrays.fill(initialised, offset, offset + bytes, (byte) 1);
  }

  /** Who wrote a byte last in this block: clock and warp, see {@link #writer}; -1 for nobody. */
  public int lastWrite(int offset) {
    long write = writes[offset >> granuleShift];
    return (int) (write >>> 32) < firstGeneration ? -1 : (int) write;
  }

  /** The warp of a {@link #lastWrite}. */
  public static int writer(int lastWrite) {
    return lastWrite & WARP_MASK;
  }

  /** The writer's clock of a {@link #lastWrite}. */
  public static int clock(int lastWrite) {
    return lastWrite >>> CLOCK_SHIFT;
  }

  /** True when any of the bytes holds a value. */
  public boolean holdsAny(int offset, int bytes) {
    for (int i = offset; i < offset + bytes; i++) {
      if (initialised[i] != 0) {
        return true;
      }
    }
    return false;
  }

  private void checkAfterWrite(int warp, int g, String what) {
    int epoch = (int) writes[g];
    int writer = epoch & WARP_MASK;
    if (writer != warp && !order.isOrdered(warp, writer, epoch >>> CLOCK_SHIFT)) {
      throw race(what, g, "written by warp " + writer);
    }
  }

  private void checkAfterReads(int warp, int g, int readers) {
    for (int others = readers & ~(1 << warp); others != 0; others &= others - 1) {
      int reader = Integer.numberOfTrailingZeros(others);
      boolean ordered =
          readClock.length > 0 && order.isOrdered(warp, reader, readClock[g * warps + reader]);
      if (!ordered) {
        throw race("writes", g, "read by warp " + reader);
      }
    }
  }

  private AccessFault race(String what, int g, String other) {
    return new AccessFault(
        EmulationException.Kind.RACE,
        String.format(
            Locale.ROOT,
            "%s shared byte %,d, %s without a barrier in between",
            what,
            g << granuleShift,
            other));
  }

  private void checkPlaces(int[] offsets, int mask, int bytes) {
    if (mask == -1) {
      int limit = data.length - bytes;
      int outside = 0;
      for (int l = 0; l < 32; l++) {
        outside |= offsets[l] | (limit - offsets[l]);
      }
      if (outside >= 0) {
        return;
      }
    }
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      try {
        checkPlace(offsets[l], bytes);
      } catch (AccessFault fault) {
        throw fault.inLane(l);
      }
    }
  }

  private void checkPlace(int offset, int bytes) {
    if (offset < 0 || offset + bytes > data.length || offset + bytes < offset) {
      throw new AccessFault(
          EmulationException.Kind.OUT_OF_RANGE,
          String.format(
              Locale.ROOT,
              "touches shared bytes %,d to %,d of %,d (static and dynamic as launched)",
              offset,
              (long) offset + bytes - 1,
              data.length));
    }
  }
}
