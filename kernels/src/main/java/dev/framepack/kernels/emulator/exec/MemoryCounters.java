package dev.framepack.kernels.emulator.exec;

import java.util.Arrays;

/**
 * How well memory instructions use the machine: passes through shared memory's 32 banks, and
 * 32-byte sectors of global memory. Per instruction.
 */
public final class MemoryCounters {
  private static final int BANKS = 32;
  private static final int BANK_BYTES = 4;
  private static final int PASS_BYTES = BANKS * BANK_BYTES;
  private static final int SECTOR_BYTES = 32;

  private final long[] passes;
  private final long[] leastPasses;
  private final long[] sectors;
  private final long[] leastSectors;
  private final long[] words = new long[PASS_BYTES];
  private final int[] perBank = new int[BANKS];

  MemoryCounters(int instructions) {
    passes = new long[instructions];
    leastPasses = new long[instructions];
    sectors = new long[instructions];
    leastSectors = new long[instructions];
  }

  /**
   * Counts one access to shared memory. Lanes go in groups whose bytes fill one pass: all, halves
   * or quarters of a warp for 4, 8 or 16 bytes; a group takes as many passes as the fullest bank
   * has different words.
   */
  public void shared(int instruction, int[] offsets, int mask, int bytes) {
    int group = Math.min(32, PASS_BYTES / Math.max(bytes, BANK_BYTES));
    for (int first = 0; first < 32; first += group) {
      Arrays.fill(perBank, 0);
      int count = 0;
      int fullest = 0;
      for (int l = first; l < first + group; l++) {
        if ((mask >>> l & 1) == 0) {
          continue;
        }
        int last = (offsets[l] + bytes - 1) / BANK_BYTES;
        for (int word = offsets[l] / BANK_BYTES; word <= last; word++) {
          if (isNew(word, count)) {
            words[count++] = word;
            fullest = Math.max(fullest, ++perBank[word % BANKS]);
          }
        }
      }
      passes[instruction] += fullest;
      leastPasses[instruction] += count > 0 ? 1 : 0;
    }
  }

  /** Counts one access to global memory; offsets are within one 256-byte aligned buffer. */
  public void global(int instruction, int[] offsets, int mask, int bytes) {
    int count = 0;
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      int sector = offsets[l] / SECTOR_BYTES;
      if (isNew(sector, count)) {
        words[count++] = sector;
      }
    }
    sectors[instruction] += count;
    leastSectors[instruction] += Math.ceilDiv(Integer.bitCount(mask) * bytes, SECTOR_BYTES);
  }

  private boolean isNew(int value, int count) {
    for (int i = 0; i < count; i++) {
      if (words[i] == value) {
        return false;
      }
    }
    return true;
  }

  void clear() {
    Arrays.fill(passes, 0);
    Arrays.fill(leastPasses, 0);
    Arrays.fill(sectors, 0);
    Arrays.fill(leastSectors, 0);
  }

  void add(MemoryCounters more) {
    for (int i = 0; i < passes.length; i++) {
      passes[i] += more.passes[i];
      leastPasses[i] += more.leastPasses[i];
      sectors[i] += more.sectors[i];
      leastSectors[i] += more.leastSectors[i];
    }
  }

  /** Passes through shared memory's banks. */
  public long passes(int instruction) {
    return passes[instruction];
  }

  /** Passes the same accesses would take without a bank conflict. */
  public long leastPasses(int instruction) {
    return leastPasses[instruction];
  }

  /** Sectors of global memory, each 32 bytes, counted once per instruction and warp. */
  public long sectors(int instruction) {
    return sectors[instruction];
  }

  /** Sectors that hold as many bytes as the lanes asked for. */
  public long leastSectors(int instruction) {
    return leastSectors[instruction];
  }
}
