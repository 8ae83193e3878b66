package dev.framepack.kernels.cpu.reference;

import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that split independent items into equal contiguous ranges. Which thread
 * computes an item never changes its value, so neither does the thread count. Splitting allocates
 * nothing.
 */
final class Workers {

  /** Computes items {@code from} (inclusive) to {@code to}, as worker 0..threads-1. */
  @FunctionalInterface
  interface Range {
    void run(int worker, long from, long to);
  }

  private final int threads;
  private final Object lock = new Object();
  private @Nullable Range body;
  private long items;
  private long round;
  private int busy;
  private @Nullable Throwable failure;
  private boolean closed;

  Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("cpu-reference: threads must be >= 1, found " + threads);
    }
    this.threads = threads;
    for (int worker = 1; worker < threads; worker++) {
      int id = worker;
      Thread.ofPlatform().name("framepack-reference-" + id).daemon().start(() -> serve(id));
    }
  }

  int threads() {
    return threads;
  }

  /** Runs all items and returns when they are done; callers take turns. */
  synchronized void split(long count, Range range) {
    if (threads == 1 || count < 2) {
      range.run(0, 0, count);
      return;
    }
    synchronized (lock) {
      body = range;
      items = count;
      busy = threads - 1;
      failure = null;
      round++;
      lock.notifyAll();
    }
    Throwable own = attempt(range, 0, count);
    Throwable first = awaitOthers();
    Throwable thrown = own != null ? own : first;
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown != null) {
      throw new IllegalStateException("cpu-reference: a worker failed: " + thrown, thrown);
    }
  }

  private @Nullable Throwable attempt(Range range, int worker, long count) {
    try {
      range.run(worker, count * worker / threads, count * (worker + 1) / threads);
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private @Nullable Throwable awaitOthers() {
    boolean interrupted = false;
    synchronized (lock) {
      while (busy > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      body = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return failure;
    }
  }

  private void serve(int worker) {
    long seen = 0;
    while (true) {
      Range range;
      long count;
      synchronized (lock) {
        while (!closed && (round == seen || body == null)) {
          try {
            lock.wait();
          } catch (InterruptedException e) {
            return;
          }
        }
        if (closed || body == null) {
          return;
        }
        seen = round;
        range = body;
        count = items;
      }
      Throwable thrown = attempt(range, worker, count);
      synchronized (lock) {
        if (thrown != null && failure == null) {
          failure = thrown;
        }
        busy--;
        lock.notifyAll();
      }
    }
  }

  void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }
}
