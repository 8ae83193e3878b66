package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process when a stage or a piece of one hangs, as a kernel that waits forever makes it:
 * what was found until then is on disk, and the row that says so is too.
 */
final class Watchdog implements AutoCloseable {
  private static final int GRACE_SECONDS = 60;
  private static final int PIECE_SECONDS = 40;

  private final Thread thread;

  private Watchdog(KitContext context, KitStage stage) {
    long seconds = stage.limitSeconds() + GRACE_SECONDS;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("watchdog")
            .unstarted(() -> watch(context, stage, seconds));
  }

  static Watchdog over(KitContext context, KitStage stage) {
    Watchdog watchdog = new Watchdog(context, stage);
    watchdog.thread.start();
    return watchdog;
  }

  private static void watch(KitContext context, KitStage stage, long seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      while (System.nanoTime() - end < 0 && !isStuck(context, stage)) {
        TimeUnit.SECONDS.sleep(1);
      }
    } catch (InterruptedException e) {
      return; // the stage ended
    }
    context.row(
        stage.name(), context.journal().last(), Verdict.FAIL, Map.of("error", "does not end"));
    context.journal().told();
    context.report().endStage(stage.name());
    Runtime.getRuntime().halt(KitRun.GO_ON);
  }

  private static boolean isStuck(KitContext context, KitStage stage) {
    return stage.isInPieces() && context.journal().sinceLast().toSeconds() >= PIECE_SECONDS;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
