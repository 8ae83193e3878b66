package dev.framepack.kernels.emulator;

import dev.framepack.kernels.emulator.exec.Execution;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.MemoryCounters;
import dev.framepack.kernels.emulator.exec.Program;
import dev.framepack.kernels.gpu.device.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one launch executed. */
public final class LaunchReport {
  private final String label;
  private final Launch launch;
  private final Program program;
  private final long[] counts;
  private final @Nullable MemoryCounters memory;
  private final long hostNanoseconds;

  LaunchReport(
      String label, Launch launch, Program program, Execution execution, long hostNanoseconds) {
    this.label = label;
    this.launch = launch;
    this.program = program;
    this.counts = execution.counts();
    this.memory = execution.memory();
    this.hostNanoseconds = hostNanoseconds;
  }

  /** Kernel and place in the model. */
  public String label() {
    return label;
  }

  public Launch launch() {
    return launch;
  }

  /** Warp instructions of all blocks; one whose guard is false counts too. */
  public long warpInstructions() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Warp instructions by opcode: fma, ld, mma. */
  public Map<String, Long> byOpcode() {
    Map<String, Long> sums = new TreeMap<>();
    for (Instruction instruction : program.code()) {
      long count = counts[instruction.index()];
      if (count > 0) {
        sums.merge(instruction.family(), count, Long::sum);
      }
    }
    return sums;
  }

  /** Warp instructions by line of the PTX text. */
  public Map<Integer, Long> byLine() {
    Map<Integer, Long> sums = new TreeMap<>();
    for (Instruction instruction : program.code()) {
      sums.merge(instruction.line(), counts[instruction.index()], Long::sum);
    }
    return sums;
  }

  /**
   * How one memory instruction used the machine.
   *
   * @param executions warps that ran it
   * @param passes passes through shared memory's banks; above {@code leastPasses} by the conflicts
   * @param sectors 32-byte sectors of global memory; above {@code leastSectors} when not coalesced
   */
  public record MemoryLine(
      int line,
      String text,
      long executions,
      long passes,
      long leastPasses,
      long sectors,
      long leastSectors) {

    /** Passes that bank conflicts cost. */
    public long bankConflicts() {
      return passes - leastPasses;
    }
  }

  /**
   * Memory instructions that ran, in order of the text.
   *
   * @throws IllegalStateException when the device's options ask for no profile
   */
  public List<MemoryLine> memoryLines() {
    MemoryCounters counters = memory;
    if (counters == null) {
      throw new IllegalStateException("memoryLines: open the device with profile on");
    }
    List<MemoryLine> lines = new ArrayList<>();
    for (Instruction instruction : program.code()) {
      int i = instruction.index();
      if (counters.passes(i) + counters.sectors(i) > 0) {
        lines.add(
            new MemoryLine(
                instruction.line(),
                instruction.text(),
                counts[i],
                counters.passes(i),
                counters.leastPasses(i),
                counters.sectors(i),
                counters.leastSectors(i)));
      }
    }
    return lines;
  }

  /** Time the emulator took. */
  public long hostNanoseconds() {
    return hostNanoseconds;
  }
}
