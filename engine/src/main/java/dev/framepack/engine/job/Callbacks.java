package dev.framepack.engine.job;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for other people's code: as many as are busy or blocked, none a moment later. */
final class Callbacks {
  private static final int IDLE_SECONDS = 1;

  private Callbacks() {}

  static Executor newExecutor() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Thread.ofPlatform().daemon().name("framepack-callback-", 0).factory());
  }
}
