package dev.framepack.kernels.emulator;

import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.Program;
import dev.framepack.kernels.gpu.device.Launch;
import java.util.Map;
import java.util.TreeMap;

/** What one launch executed. */
public final class LaunchReport {
  private final String label;
  private final Launch launch;
  private final Program program;
  private final long[] counts;
  private final long hostNanoseconds;

  LaunchReport(
      String label, Launch launch, Program program, long[] counts, long hostNanoseconds) {
    this.label = label;
    this.launch = launch;
    this.program = program;
    this.counts = counts;
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

  /** Time the emulator took. */
  public long hostNanoseconds() {
    return hostNanoseconds;
  }
}
