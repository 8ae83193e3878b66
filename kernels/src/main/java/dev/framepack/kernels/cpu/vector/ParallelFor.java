package dev.framepack.kernels.cpu.vector;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed pool of daemon threads that runs the tiles of one operation. Tiles are cut by the caller
 * from the shape alone and write disjoint outputs, so which thread takes which tile never shows in
 * a result. Workers spin a little before they park: operations follow each other within
 * microseconds.
 *
 * <p>Tiles are claimed by counting {@code remaining} down: a claim above zero can only belong to
 * the job now published, because a job ends when every one of its tiles is done.
 */
final class ParallelFor implements AutoCloseable {
  private static final int SPINS_BEFORE_PARK = 2_000;
  private static final int SPINS_BEFORE_YIELD = 10_000;

  /** Work on one tile. */
  @FunctionalInterface
  interface Tile {
    /**
     * @param tile number of the tile
     * @param worker number of the thread, for its scratch memory; 0 is the caller
     */
    void run(int tile, int worker);
  }

  private final AtomicInteger remaining = new AtomicInteger();
  private final AtomicInteger finished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Worker[] workers;
  private Tile job = (tile, worker) -> {};
  private int jobTiles;
  private volatile boolean closed;

  ParallelFor(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "cpu-vector: threads must be at least 1, found " + threads);
    }
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /** Threads that run tiles, the calling one included. */
  int threads() {
    return workers.length + 1;
  }

  /** Runs tiles {@code 0..tiles-1} and returns when all are done; one caller at a time. */
  void run(int tiles, Tile tile) {
    if (workers.length == 0 || tiles <= 1) {
      for (int i = 0; i < tiles; i++) {
        tile.run(i, 0);
      }
      return;
    }
    job = tile;
    jobTiles = tiles;
    finished.set(0);
    remaining.set(tiles);
    for (int i = 0; i < Math.min(workers.length, tiles - 1); i++) {
      workers[i].wake();
    }
    runTiles(0);
    awaitTiles(tiles);
    Throwable thrown = failure.get();
    if (thrown != null) {
      failure.set(null);
      rethrow(thrown);
    }
  }

  private void runTiles(int worker) {
    int claim;
    while (remaining.get() > 0 && (claim = remaining.getAndDecrement()) > 0) {
      try {
        job.run(jobTiles - claim, worker);
      } catch (Throwable t) {
        failure.compareAndSet(null, t);
      }
      finished.getAndIncrement();
    }
  }

  private void awaitTiles(int tiles) {
    for (int spins = 0; finished.get() < tiles; spins++) {
      if (spins < SPINS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  private static void rethrow(Throwable thrown) {
    switch (thrown) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(thrown);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    private final int number;
    private volatile boolean parked;

    Worker(int number) {
      super("framepack-cpu-" + number);
      this.number = number;
      setDaemon(true);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      while (!closed) {
        runTiles(number);
        for (int spins = 0; remaining.get() <= 0 && spins < SPINS_BEFORE_PARK; spins++) {
          Thread.onSpinWait();
        }
        if (remaining.get() <= 0) {
          parked = true;
          while (remaining.get() <= 0 && !closed) {
            LockSupport.park(ParallelFor.this);
          }
          parked = false;
        }
      }
    }
  }
}
