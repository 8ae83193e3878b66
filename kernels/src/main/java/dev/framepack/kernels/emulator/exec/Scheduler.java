package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.memory.AccessFault;
import java.util.Locale;
import java.util.SplittableRandom;

/** Runs the warps of the blocks of one cluster until all have ended. */
final class Scheduler {
  private static final int STRETCH = 1 << 16;

  private final Warp[] warps;
  private final EmulatorOptions options;
  private SplittableRandom random;

  Scheduler(Cta[] cluster, EmulatorOptions options) {
    int count = 0;
    for (Cta cta : cluster) {
      count += cta.warps().length;
    }
    warps = new Warp[count];
    int at = 0;
    for (Cta cta : cluster) {
      for (Warp warp : cta.warps()) {
        warps[at++] = warp;
      }
    }
    this.options = options;
    this.random = new SplittableRandom(options.seed());
  }

  /**
   * Runs the blocks, which have begun, to their end.
   *
   * @param cluster its number in the launch
   */
  void run(long cluster) {
    if (options.schedule() == EmulatorOptions.Schedule.RANDOM) {
      random = new SplittableRandom(options.seed() * 0x9e3779b97f4a7c15L + cluster);
    }
    long total = 0;
    while (true) {
      long ran =
          switch (options.schedule()) {
            case RUN_TO_BLOCK -> pass(STRETCH);
            case ROUND_ROBIN -> pass(1);
            case RANDOM -> randomPass();
          };
      total += ran;
      if (ran == 0) {
        if (allFinished()) {
          finish();
          return;
        }
        if (noneRunnable() && !advance()) {
          throw deadlock();
        }
      }
      if (total > options.instructionLimit()) {
        throw warps[0].fault(
            EmulationException.Kind.RUNAWAY,
            0,
            String.format(
                Locale.ROOT, "%,d warp instructions of one block and no end; %s", total, report()));
      }
    }
  }

  private long pass(int budget) {
    long ran = 0;
    for (Warp warp : warps) {
      ran += step(warp, budget);
    }
    return ran;
  }

  private long randomPass() {
    long ran = 0;
    for (int i = 0; i < warps.length; i++) {
      ran += step(warps[random.nextInt(warps.length)], 1 + random.nextInt(64));
    }
    return ran > 0 ? ran : pass(1);
  }

  private static int step(Warp warp, int budget) {
    try {
      return warp.run(budget);
    } catch (AccessFault fault) {
      throw warp.fault(fault.kind(), Math.max(fault.lane(), 0), fault.getMessage());
    }
  }

  private boolean allFinished() {
    for (Warp warp : warps) {
      if (!warp.isFinished()) {
        return false;
      }
    }
    return true;
  }

  /** Lets one asynchronous operation take effect. */
  private boolean advance() {
    Warp waiting = warps[0];
    try {
      for (Warp warp : warps) {
        waiting = warp;
        if (warp.index == 0 && warp.cta.advance()) {
          return true;
        }
      }
      return false;
    } catch (AccessFault fault) {
      throw waiting.fault(fault.kind(), 0, fault.getMessage());
    }
  }

  private void finish() {
    Warp last = warps[0];
    try {
      for (Warp warp : warps) {
        last = warp;
        if (warp.index == 0) {
          warp.cta.finish();
        }
      }
    } catch (AccessFault fault) {
      throw last.fault(fault.kind(), 0, fault.getMessage());
    }
  }

  private boolean noneRunnable() {
    for (Warp warp : warps) {
      if (!warp.isFinished() && warp.isRunnable()) {
        return false;
      }
    }
    return true;
  }

  private EmulationException deadlock() {
    Cta cta = warps[0].cta;
    return new EmulationException(
        EmulationException.Kind.DEADLOCK,
        "%s, %s: no warp can go on: %s".formatted(cta.launch().label(), cta.where(), report()));
  }

  private String report() {
    StringBuilder text = new StringBuilder();
    for (Warp warp : warps) {
      text.append(text.isEmpty() ? "" : " | ").append(warp.describe());
    }
    return text.toString();
  }
}
