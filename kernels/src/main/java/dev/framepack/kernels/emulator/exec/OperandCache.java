package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.memory.OperandMap;
import dev.framepack.kernels.emulator.memory.OperandRange;
import org.jspecify.annotations.Nullable;

/** The range each instruction hit last: an instruction nearly always stays in one operand. */
public final class OperandCache {
  private final OperandMap map;
  private final @Nullable OperandRange[] last;

  OperandCache(OperandMap map, int instructions) {
    this.map = map;
    this.last = new OperandRange[instructions];
  }

  /** The range that holds all the bytes, or an access fault. */
  public OperandRange find(int instruction, long address, int bytes) {
    OperandRange range = last[instruction];
    if (range != null && address >= range.start && address + bytes <= range.end) {
      return range;
    }
    OperandRange found = map.find(address, bytes);
    last[instruction] = found;
    return found;
  }
}
