package dev.framepack.kernels.emulator.memory;

import dev.framepack.kernels.emulator.EmulationException;
import java.util.Arrays;

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

  private static final int ATOMIC = 1 << 5;
  private static final int WARP_MASK = ATOMIC - 1;

  private final byte[] data;
  private final byte[] initialised;
  private final int granuleShift;
  private final Order order;
  private final int warps;
  private final int[] writeGeneration;
  private final int[] writeEpoch;
  private final int[] readGeneration;
  private final int[] readers;
  private final int[] readClock;
  private boolean checks;

  /**
   * @param granule bytes that are judged together, 1, 2 or 4: the narrowest store of the kernel
   */
  public SharedMemory(int bytes, int granule, Order order) {
    this.data = new byte[bytes];
    this.initialised = new byte[bytes];
    this.granuleShift = Integer.numberOfTrailingZeros(granule);
    this.order = order;
    this.warps = order.warps();
    int granules = (bytes >> granuleShift) + 1;
    writeGeneration = new int[granules];
    writeEpoch = new int[granules];
    readGeneration = new int[granules];
    readers = new int[granules];
    readClock = new int[granules * warps];
  }

  /** Begins a new block. */
  public void reset(boolean check) {
    checks = check;
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
    if (!checks) {
      return;
    }
    int missing = Bytes.firstZero(initialised, offset, offset + bytes);
    if (missing >= 0) {
      throw new AccessFault(
          EmulationException.Kind.UNINITIALISED_MEMORY,
          "reads shared byte %,d, to which nothing was stored; store it, and wait for the copy"
              .formatted(missing));
    }
    int last = (offset + bytes - 1) >> granuleShift;
    int generation = order.generation();
    for (int g = offset >> granuleShift; g <= last; g++) {
      if (writeGeneration[g] == generation) {
        checkAfterWrite(warp, g, "reads");
      }
      if (readGeneration[g] != generation) {
        readGeneration[g] = generation;
        readers[g] = 0;
      }
      readers[g] |= 1 << warp;
      readClock[g * warps + warp] = order.now(warp);
    }
  }

  /** Checks and records a write of naturally aligned bytes by a warp. */
  public void write(int warp, int offset, int bytes) {
    checkPlace(offset, bytes);
    if (!checks) {
      return;
    }
    for (int i = offset; i < offset + bytes; i++) {
      initialised[i] = 1;
    }
    int last = (offset + bytes - 1) >> granuleShift;
    int generation = order.generation();
    int epoch = order.now(warp) << CLOCK_SHIFT | warp;
    for (int g = offset >> granuleShift; g <= last; g++) {
      if (writeGeneration[g] == generation) {
        checkAfterWrite(warp, g, "writes");
      }
      if (readGeneration[g] == generation) {
        checkAfterReads(warp, g);
        readers[g] = 0;
      }
      writeGeneration[g] = generation;
      writeEpoch[g] = epoch;
    }
  }

  /** Checks and records an atomic operation; atomic ones have no race with each other. */
  public void atomic(int warp, int offset, int bytes) {
    checkPlace(offset, bytes);
    if (!checks) {
      return;
    }
    int missing = Bytes.firstZero(initialised, offset, offset + bytes);
    if (missing >= 0) {
      throw new AccessFault(
          EmulationException.Kind.UNINITIALISED_MEMORY,
          "updates shared byte %,d, to which nothing was stored".formatted(missing));
    }
    int last = (offset + bytes - 1) >> granuleShift;
    int generation = order.generation();
    for (int g = offset >> granuleShift; g <= last; g++) {
      if (writeGeneration[g] == generation && (writeEpoch[g] & ATOMIC) == 0) {
        checkAfterWrite(warp, g, "updates");
      }
      if (readGeneration[g] == generation) {
        checkAfterReads(warp, g);
      }
      writeGeneration[g] = generation;
      writeEpoch[g] = order.now(warp) << CLOCK_SHIFT | ATOMIC | warp;
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
    int writer = writeEpoch[g] & WARP_MASK;
    if (writer != warp && !order.isOrdered(warp, writer, writeEpoch[g] >>> CLOCK_SHIFT)) {
      throw race(what, g, "written by warp " + writer);
    }
  }

  private void checkAfterReads(int warp, int g) {
    int others = readers[g] & ~(1 << warp);
    while (others != 0) {
      int reader = Integer.numberOfTrailingZeros(others);
      if (!order.isOrdered(warp, reader, readClock[g * warps + reader])) {
        throw race("writes", g, "read by warp " + reader);
      }
      others &= others - 1;
    }
  }

  private AccessFault race(String what, int g, String other) {
    return new AccessFault(
        EmulationException.Kind.RACE,
        "%s shared byte %,d, %s without a barrier in between"
            .formatted(what, g << granuleShift, other));
  }

  private void checkPlace(int offset, int bytes) {
    if (offset < 0 || offset + bytes > data.length || offset + bytes < offset) {
      throw new AccessFault(
          EmulationException.Kind.OUT_OF_RANGE,
          "touches shared bytes %,d to %,d of %,d (static and dynamic as launched)"
              .formatted(offset, (long) offset + bytes - 1, data.length));
    }
  }
}
