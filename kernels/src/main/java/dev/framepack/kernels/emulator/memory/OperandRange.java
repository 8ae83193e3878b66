package dev.framepack.kernels.emulator.memory;

import dev.framepack.kernels.emulator.EmulationException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of one buffer that a launch may touch, with the rights of all operands that cover it,
 * and who wrote what during the launch.
 */
public final class OperandRange {
  public final long start;
  public final long end;
  public final byte[] data;

  private final DeviceBuffer buffer;
  private final String name;
  private final boolean writable;
  private final boolean mustBeWritten;
  private final byte @Nullable [] initialised;

  /** Per byte, 1 once written in this launch; null for what is only read. */
  private final byte @Nullable [] written;

  /** Per granule, 1 plus the block that wrote; null when blocks need not be told apart. */
  private final int @Nullable [] owner;

  private final int granuleShift;

  private final boolean checksReads;

  OperandRange(
      DeviceBuffer buffer,
      long start,
      long end,
      String name,
      boolean writable,
      boolean mustBeWritten,
      boolean checks,
      int granule) {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
    this.data = buffer.data();
    this.name = name;
    this.writable = writable;
    this.mustBeWritten = mustBeWritten;
    int bytes = (int) (end - start);
    byte[] flags = buffer.initialised();
    boolean partly =
        flags != null && buffer.firstUninitialised((int) (start - buffer.address()), bytes) >= 0;
    this.initialised = partly && checks ? flags : null;
    this.written = checks && (mustBeWritten || (writable && partly)) ? new byte[bytes] : null;
    this.granuleShift = Integer.numberOfTrailingZeros(Math.max(granule, 1));
    this.owner = checks && writable && granule > 0 ? new int[(bytes >> granuleShift) + 1] : null;
    this.checksReads = initialised != null || written != null || owner != null;
  }

  /** Offset in {@link #data} of an address inside. */
  public int offset(long address) {
    return (int) (address - buffer.address());
  }

  public boolean contains(long address, int bytes) {
    return address >= start && address + bytes <= end;
  }

  /** Checks a read of bytes inside. */
  public void read(int offset, int bytes, int block) {
    if (checksReads) {
      checkRead(offset, bytes, block);
    }
  }

  private void checkRead(int offset, int bytes, int block) {
    int from = offset - (int) (start - buffer.address());
    byte[] stores = written;
    if (stores != null && mustBeWritten) {
      int missing = Bytes.firstZero(stores, from, from + bytes);
      if (missing >= 0) {
        throw new AccessFault(
            EmulationException.Kind.UNINITIALISED_MEMORY,
            String.format(
                Locale.ROOT,
                "reads byte %,d of %s, a WRITE operand, before this launch wrote it",
                missing,
                name));
      }
    } else if (initialised != null) {
      int missing = Bytes.firstZero(initialised, offset, offset + bytes);
      if (missing >= 0) {
        throw new AccessFault(
            EmulationException.Kind.UNINITIALISED_MEMORY,
            String.format(
                Locale.ROOT,
                "reads byte %,d of %s, to which nothing was ever stored",
                missing - (offset - from),
                name));
      }
    }
    int[] owners = owner;
    if (owners != null) {
      for (int g = from >> granuleShift; g <= (from + bytes - 1) >> granuleShift; g++) {
        if (owners[g] != 0 && owners[g] != block + 1) {
          throw new AccessFault(
              EmulationException.Kind.RACE,
              String.format(
                  Locale.ROOT,
                  "reads byte %,d of %s, which block %s writes in the same launch; blocks have no order",
                  g << granuleShift,
                  name,
                  owners[g] - 1));
        }
      }
    }
  }

  /** Checks and records a write of bytes inside. */
  public void write(int offset, int bytes, int block) {
    if (!writable) {
      throw new AccessFault(
          EmulationException.Kind.ACCESS_RIGHT,
          String.format(
              Locale.ROOT,
              "writes byte %,d of %s; declare the operand WRITE or READ_WRITE",
              offset - (start - buffer.address()),
              name));
    }
    int from = offset - (int) (start - buffer.address());
    int[] owners = owner;
    if (owners != null) {
      own(owners, from, bytes, block);
    }
    byte[] stores = written;
    if (stores != null) {
      Arrays.fill(stores, from, from + bytes, (byte) 1);
    }
    if (initialised != null) {
      Arrays.fill(initialised, offset, offset + bytes, (byte) 1);
    }
  }

  private void own(int[] owners, int from, int bytes, int block) {
    for (int g = from >> granuleShift; g <= (from + bytes - 1) >> granuleShift; g++) {
      int before = owners[g];
      if (before == 0) {
        owners[g] = block + 1;
      } else if (before != block + 1) {
        throw new AccessFault(
            EmulationException.Kind.RACE,
            String.format(
                Locale.ROOT,
                "writes byte %,d of %s, which block %s wrote in the same launch; blocks have no order",
                g << granuleShift,
                name,
                before - 1));
      }
    }
  }

  /** The first byte of a WRITE operand that the launch did not write, or -1. */
  int firstUnwritten() {
    byte[] stores = written;
    return mustBeWritten && stores != null ? Bytes.firstZero(stores, 0, stores.length) : -1;
  }

  /** After a launch: everything of a WRITE operand holds values. */
  void finish() {
    if (mustBeWritten) {
      buffer.initialise((int) (start - buffer.address()), (int) (end - start));
    }
  }

  public String name() {
    return name;
  }

  public boolean isWritable() {
    return writable;
  }

  public String purpose() {
    return buffer.purpose();
  }
}
