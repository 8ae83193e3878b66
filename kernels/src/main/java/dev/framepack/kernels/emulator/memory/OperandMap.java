package dev.framepack.kernels.emulator.memory;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.KernelArgument.Access;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one launch may touch in global memory. */
public final class OperandMap {
  private record Declared(int argument, KernelArgument.Operand operand) {
    String text() {
      return String.format(
          Locale.ROOT,
          "argument %s (%s, %,d bytes)",
          argument,
          operand.access(),
          operand.byteSize());
    }

    boolean covers(long from, long to) {
      return operand.address() <= from && to <= operand.address() + operand.byteSize();
    }
  }

  private final GlobalMemory memory;
  private final List<Declared> declared = new ArrayList<>();
  private final OperandRange[] ranges;

  /**
   * @param checks whether reads and writes are recorded and judged
   * @param granule bytes that one block writes together; 0 when blocks need not be told apart
   */
  public OperandMap(
      GlobalMemory memory,
      String launch,
      List<KernelArgument> arguments,
      boolean checks,
      int granule) {
    this.memory = memory;
    for (int i = 0; i < arguments.size(); i++) {
      switch (arguments.get(i)) {
        case KernelArgument.Operand operand -> add(launch, i, operand);
        case KernelArgument.TensorMap map -> add(launch, i, map.memory());
        default -> {}
      }
    }
    this.ranges = ranges(checks, granule);
  }

  private void add(String launch, int index, KernelArgument.Operand operand) {
    if (operand.byteSize() > 0) {
      memory.require(
          launch + ", argument " + index + " (" + operand.access() + ")",
          operand.address(),
          operand.byteSize());
      declared.add(new Declared(index, operand));
    }
  }

  /** Operands may overlap, so ranges lie between all their ends, with united rights. */
  private OperandRange[] ranges(boolean checks, int granule) {
    TreeSet<Long> cuts = new TreeSet<>();
    for (Declared one : declared) {
      cuts.add(one.operand.address());
      cuts.add(one.operand.address() + one.operand.byteSize());
    }
    List<OperandRange> made = new ArrayList<>();
    Long from = null;
    for (Long to : cuts) {
      if (from != null) {
        OperandRange range = range(from, to, checks, granule);
        if (range != null) {
          made.add(range);
        }
      }
      from = to;
    }
    made.sort(Comparator.comparingLong(range -> range.start));
    return made.toArray(OperandRange[]::new);
  }

  private @Nullable OperandRange range(long from, long to, boolean checks, int granule) {
    StringBuilder name = new StringBuilder();
    boolean read = false;
    boolean write = false;
    boolean mustBeWritten = false;
    for (Declared one : declared) {
      if (one.covers(from, to)) {
        name.append(name.isEmpty() ? "" : " and ").append(one.text());
        read |= one.operand.access() != Access.WRITE;
        write |= one.operand.access() != Access.READ;
        mustBeWritten |= one.operand.access() == Access.WRITE;
      }
    }
    if (name.isEmpty()) {
      return null;
    }
    DeviceBuffer buffer = memory.require("operand", from, to - from);
    return new OperandRange(
        buffer, from, to, name.toString(), write, mustBeWritten && !read, checks, granule);
  }

  /** The range that holds all the bytes. */
  public OperandRange find(long address, int bytes) {
    int low = 0;
    int high = ranges.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      OperandRange range = ranges[middle];
      if (address < range.start) {
        high = middle - 1;
      } else if (address >= range.end) {
        low = middle + 1;
      } else if (address + bytes <= range.end) {
        return range;
      } else {
        break;
      }
    }
    throw outside(address, bytes);
  }

  private AccessFault outside(long address, int bytes) {
    StringBuilder message =
        new StringBuilder(
            "touches %s bytes at %s, outside every operand of the launch"
                .formatted(bytes, memory.describe(address)));
    Declared nearest = null;
    long distance = Long.MAX_VALUE;
    for (Declared one : declared) {
      long away = away(one, address, bytes);
      if (away < distance) {
        distance = away;
        nearest = one;
      }
    }
    if (nearest != null && distance < (1L << 32)) {
      long relative = address - nearest.operand.address();
      message.append(
          String.format(Locale.ROOT, "; nearest is %s, byte %,d of it", nearest.text(), relative));
    }
    return new AccessFault(EmulationException.Kind.OUT_OF_RANGE, message.toString());
  }

  private static long away(Declared one, long address, int bytes) {
    long end = one.operand.address() + one.operand.byteSize();
    if (address >>> DeviceBuffer.ADDRESS_BITS
        != one.operand.address() >>> DeviceBuffer.ADDRESS_BITS) {
      return Long.MAX_VALUE;
    }
    return address < one.operand.address()
        ? one.operand.address() - address
        : Math.max(0, address + bytes - end);
  }

  /** After the last block: every WRITE operand must be full. */
  public void finish(String launch) {
    for (OperandRange range : ranges) {
      int missing = range.firstUnwritten();
      if (missing >= 0) {
        throw new EmulationException(
            EmulationException.Kind.UNWRITTEN_OUTPUT,
            String.format(
                Locale.ROOT,
                "%s: byte %,d of %s was never written; write every byte or declare READ_WRITE",
                launch,
                missing,
                range.name()));
      }
    }
    for (OperandRange range : ranges) {
      range.finish();
    }
  }
}
