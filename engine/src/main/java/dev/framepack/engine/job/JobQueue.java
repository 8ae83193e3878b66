package dev.framepack.engine.job;

import dev.framepack.engine.EngineDeadException;
import dev.framepack.engine.EngineHealth;
import dev.framepack.engine.QueueFullException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread that runs jobs in the order they came, and those that wait for it. The thread frees
 * what the jobs worked on when the queue is closed, so that nothing is ever freed under running
 * work. Thread-safe.
 */
public final class JobQueue {
  private static final Logger LOG = System.getLogger(JobQueue.class.getName());

  private final int limit;
  private final Runnable free;
  private final Thread worker;
  private final Executor callbacks = Callbacks.newExecutor();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Job<?>> waiting = new ArrayDeque<>();
  private final CountDownLatch freed = new CountDownLatch(1);
  private @Nullable Job<?> running;
  private boolean closing;
  private @Nullable RuntimeException death;

  /**
   * @param limit jobs that may wait
   * @param free called once on the queue's thread, after the last job
   */
  public JobQueue(int limit, Runnable free) {
    this.limit = limit;
    this.free = free;
    this.worker = Thread.ofPlatform().daemon().name("framepack-engine").unstarted(this::work);
  }

  /** Begins to work. */
  public void start() {
    worker.start();
  }

  private boolean isOwnThread() {
    return Thread.currentThread() == worker;
  }

  /**
   * Before waiting for a job.
   *
   * @throws IllegalStateException on the queue's own thread
   */
  public void requireOtherThread() {
    if (isOwnThread()) {
      throw new IllegalStateException(
          "FramePackEngine: its own thread would wait for itself; wait on another one");
    }
  }

  /** Where listeners are called and ends are told: never the thread that runs jobs. */
  Executor callbacks() {
    return callbacks;
  }

  /**
   * Appends a job.
   *
   * @throws QueueFullException when as many wait as may
   * @throws EngineDeadException after {@link #die}
   * @throws IllegalStateException after {@link #close}
   */
  void add(Job<?> job) {
    lock.lock();
    try {
      requireOpen();
      boolean busy = running != null && !running.state().isTerminal();
      int begun = busy ? 0 : 1; // an idle thread is about to take the first
      if (waiting.size() >= limit + begun) {
        throw new QueueFullException(waiting.size() - begun);
      }
      append(job);
    } finally {
      lock.unlock();
    }
  }

  private void append(Job<?> job) {
    waiting.add(job);
    changed.signal();
  }

  /**
   * Does work in its turn and waits for it. A caller that waits bounds itself, so the limit does
   * not apply. On the queue's own thread it is part of the job that runs. An interrupt cancels it.
   *
   * @throws EngineDeadException after {@link #die}
   * @throws IllegalStateException after {@link #close}
   */
  public <T> T call(String id, Supplier<T> work) {
    if (isOwnThread()) {
      requireOpen();
      return work.get();
    }
    Job<T> job = new Job<>(id, work, tooLate -> {});
    lock.lock();
    try {
      requireOpen();
      append(job);
    } finally {
      lock.unlock();
    }
    return Outcome.awaitOrCancel(this, job);
  }

  /** Cancels a job; one that waited gives its place to others. */
  boolean cancel(Job<?> job) {
    boolean cancelled = job.cancel();
    lock.lock();
    try {
      waiting.remove(job);
    } finally {
      lock.unlock();
    }
    return cancelled;
  }

  /**
   * Says whether jobs are taken.
   *
   * @throws EngineDeadException after {@link #die}
   * @throws IllegalStateException after {@link #close}
   */
  public void requireOpen() {
    lock.lock();
    try {
      if (closing) {
        throw new IllegalStateException("FramePackEngine: used after close");
      }
      if (death != null) {
        throw dead(death);
      }
    } finally {
      lock.unlock();
    }
  }

  private static EngineDeadException dead(RuntimeException death) {
    return new EngineDeadException(
        "ENGINE_DEAD", "the device was lost: " + death.getMessage(), "restart the process", death);
  }

  public EngineHealth health() {
    lock.lock();
    try {
      return new EngineHealth(
          closing
              ? EngineHealth.State.CLOSED
              : death != null ? EngineHealth.State.DEAD : EngineHealth.State.READY,
          Optional.ofNullable(death).map(RuntimeException::getMessage),
          Optional.ofNullable(running).map(Job::id),
          waiting.size());
    } finally {
      lock.unlock();
    }
  }

  /** The device is lost: no job begins any more, those that wait fail. */
  public void die(RuntimeException fault) {
    List<Job<?>> lost;
    lock.lock();
    try {
      if (death == null) {
        death = fault;
      }
      lost = List.copyOf(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
    LOG.log(Level.ERROR, "the engine is dead, {0} waiting jobs fail: {1}", lost.size(), fault);
    lost.forEach(job -> job.failQueued(dead(fault)));
  }

  private void work() {
    for (Job<?> job = next(); job != null; job = next()) {
      job.run();
      Thread.interrupted(); // whoever asked for it meant the job that has ended
    }
    try {
      free.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "not everything could be freed: " + e, e);
    } finally {
      freed.countDown();
    }
  }

  /** The job to run now, or null when the queue is closed. */
  private @Nullable Job<?> next() {
    lock.lock();
    try {
      running = null;
      while (waiting.isEmpty() && !closing) {
        changed.awaitUninterruptibly();
      }
      running = waiting.poll();
      return running;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more jobs, cancels all, and waits until everything is freed. When the running job has
   * not stopped by then, returns all the same, and what it works on is freed as soon as it stops.
   * On the queue's own thread it does not wait. An interrupt does not shorten the wait and is still
   * set when this returns. Idempotent.
   *
   * @return whether everything is freed
   */
  public boolean close(Duration patience) {
    List<Job<?>> jobs;
    Job<?> begun;
    lock.lock();
    try {
      closing = true;
      jobs = List.copyOf(waiting);
      waiting.clear();
      begun = running;
      changed.signal();
    } finally {
      lock.unlock();
    }
    jobs.forEach(Job::cancel);
    if (begun != null) {
      begun.cancel();
    }
    if (isOwnThread()) {
      return false;
    }
    if (awaitFreed(patience)) {
      return true;
    }
    LOG.log(
        Level.WARNING,
        "closed after {0}, job {1} still runs; its memory is freed when it stops",
        patience,
        begun == null ? "none" : begun.id());
    return false;
  }

  private boolean awaitFreed(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return freed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
