package dev.framepack.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds the engine's thread inside a job until a test lets it go on. */
final class Gate implements GenerationListener {
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  /** Called on the engine's thread. */
  @Override
  public boolean isCancelled() {
    entered.countDown();
    await(opened);
    return false;
  }

  void awaitEntered() {
    await(entered);
  }

  void open() {
    opened.countDown();
  }

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("nothing happened for a minute");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
