package dev.framepack.bench.soak;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Rounds of every workload until the time or the number of jobs is reached. Between rounds nothing
 * runs, and what the process holds is looked at.
 */
final class SoakRun {
  private static final Duration LINE_INTERVAL = Duration.ofMinutes(1);

  private final List<Workload> workloads;
  private final Tally tally;
  private final UsageTrend trend = new UsageTrend();
  private final long seed;
  private final Duration limit;
  private final long jobLimit;

  /**
   * @param limit after which no further round begins
   * @param jobLimit jobs after which no further round begins
   */
  SoakRun(List<Workload> workloads, Tally tally, long seed, Duration limit, long jobLimit) {
    this.workloads = workloads;
    this.tally = tally;
    this.seed = seed;
    this.limit = limit;
    this.jobLimit = jobLimit;
  }

  /**
   * Runs.
   *
   * @param cancelled asked between rounds
   * @param lines told once a minute how it stands
   */
  SoakReport run(BooleanSupplier cancelled, Consumer<String> lines) throws InterruptedException {
    Random random = new Random(seed);
    long begin = System.nanoTime();
    long nextLine = begin + LINE_INTERVAL.toNanos();
    Duration elapsed = Duration.ZERO;
    while (elapsed.compareTo(limit) < 0
        && tally.get(Tally.Count.JOBS) < jobLimit
        && !cancelled.getAsBoolean()) {
      for (Workload workload : workloads) {
        round(workload, random);
      }
      ProcessUsage usage = ProcessUsage.now(heldBytes());
      trend.add(usage);
      long now = System.nanoTime();
      elapsed = Duration.ofNanos(now - begin);
      if (now >= nextLine) {
        lines.accept(SoakReport.line(elapsed, tally, usage));
        nextLine += LINE_INTERVAL.toNanos();
      }
    }
    return new SoakReport(seed, elapsed, tally, trend);
  }

  /** What a workload did not expect is what a soak looks for: it is told, and the soak goes on. */
  private void round(Workload workload, Random random) throws InterruptedException {
    try {
      workload.round(random);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      tally.violation(Tally.Count.UNEXPECTED, workload.name() + ": " + e);
    }
  }

  private long heldBytes() {
    return workloads.stream().mapToLong(Workload::heldBytes).sum();
  }
}
