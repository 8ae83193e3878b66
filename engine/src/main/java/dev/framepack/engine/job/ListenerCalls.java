package dev.framepack.engine.job;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Calls one listener in order, off the thread that computes. A listener that is slow makes calls
 * wait and previews drop, never the work. Thread-safe.
 */
final class ListenerCalls {
  private static final Logger LOG = System.getLogger(ListenerCalls.class.getName());

  private record Call(boolean droppable, Runnable action) {}

  private final String jobId;
  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition delivered = lock.newCondition();
  private final Deque<Call> waiting = new ArrayDeque<>();
  private boolean active;

  /**
   * @param executor a thread for as long as there are calls
   */
  ListenerCalls(String jobId, Executor executor) {
    this.jobId = jobId;
    this.executor = executor;
  }

  /** A call that is made whatever happens. */
  void add(Runnable action) {
    add(new Call(false, action));
  }

  /** A call that takes the place of an earlier one of its kind that still waits. */
  void addDroppable(Runnable action) {
    add(new Call(true, action));
  }

  private void add(Call call) {
    boolean begin;
    lock.lock();
    try {
      if (call.droppable()) {
        waiting.removeIf(Call::droppable);
      }
      waiting.add(call);
      begin = !active;
      active = true;
    } finally {
      lock.unlock();
    }
    if (begin) {
      begin();
    }
  }

  private void begin() {
    try {
      executor.execute(this::deliver);
    } catch (Throwable e) { // no thread to be had
      stop();
      failed(jobId, "calls wait for the next news", e);
    }
  }

  private void stop() {
    lock.lock();
    try {
      active = false;
      delivered.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void deliver() {
    for (Call call = next(); call != null; call = next()) {
      safely(jobId, call.action());
    }
  }

  private @Nullable Call next() {
    lock.lock();
    try {
      Call call = waiting.poll();
      if (call == null) {
        active = false;
        delivered.signalAll();
      }
      return call;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until every call that was added has been made, or no thread is left to make it. */
  void awaitDelivered() throws InterruptedException {
    lock.lock();
    try {
      while (active) {
        delivered.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A listener's failure is its own; the job goes on. */
  static void safely(String jobId, Runnable call) {
    try {
      call.run();
    } catch (Throwable e) { // an Error of a listener is no more the job's than its exceptions
      failed(jobId, "the job goes on", e);
    }
  }

  private static void failed(String jobId, String consequence, Throwable e) {
    try {
      LOG.log(
          Level.WARNING, "job " + jobId + ": its listener failed, " + consequence + ": " + e, e);
    } catch (Throwable ofLog) {
      // Nor is what a log throws the job's.
    }
  }
}
