package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulatorOptions;
import org.jspecify.annotations.Nullable;

/**
 * What a launch executed.
 *
 * @param counts how often each instruction ran, a warp counting once
 * @param memory null unless the options ask for a profile
 */
public record Execution(long[] counts, @Nullable MemoryCounters memory) {

  static Execution none(int instructions, EmulatorOptions options) {
    return new Execution(
        new long[instructions], options.profile() ? new MemoryCounters(instructions) : null);
  }

  void add(Execution more) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += more.counts[i];
    }
    MemoryCounters others = more.memory;
    if (memory != null && others != null) {
      memory.add(others);
    }
  }
}
