package dev.framepack.engine.cli;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C stops the job and gives it time to remove what it has begun. A job that does not come to a
 * point where it can stop, such as one program of a large model on a GPU, is cleaned up after.
 */
public final class Interruption implements AutoCloseable {
  private static final int GRACE_SECONDS = 10;

  private final CountDownLatch cleanedUp = new CountDownLatch(1);
  private final Deque<Runnable> stops = new ConcurrentLinkedDeque<>();
  private final Deque<AutoCloseable> begun = new ConcurrentLinkedDeque<>();
  private final Thread hook = new Thread(this::stop, "framepack-interruption");
  private volatile boolean requested;

  static Interruption install() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Whether the job should stop. */
  public boolean isRequested() {
    return requested;
  }

  /** Called at once when the job should stop, on a thread of its own. */
  public void alsoStops(Runnable stop) {
    stops.push(stop);
  }

  /** Closed here only when the job itself had no time to; closing twice must be harmless. */
  public void alsoCloses(AutoCloseable resource) {
    begun.push(resource);
  }

  private void stop() {
    requested = true;
    stops.forEach(stop -> Thread.ofPlatform().daemon().name("framepack-stop").start(stop));
    try {
      if (!cleanedUp.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        begun.forEach(Interruption::closeQuietly);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      System.getLogger(Interruption.class.getName())
          .log(System.Logger.Level.WARNING, "not cleaned up: " + e, e);
    }
  }

  @Override
  public void close() {
    cleanedUp.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The virtual machine is already going down and the hook runs: it has just been released.
      requested = true;
    }
  }
}
