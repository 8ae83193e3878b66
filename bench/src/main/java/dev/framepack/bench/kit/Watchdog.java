package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import java.time.Duration;
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
    this.thread =
        Thread.ofPlatform().daemon().name("watchdog").unstarted(() -> watch(context, stage));
  }

  static Watchdog over(KitContext context, KitStage stage) {
    Watchdog watchdog = new Watchdog(context, stage);
    watchdog.thread.start();
    return watchdog;
  }

  private static void watch(KitContext context, KitStage stage) {
    long begin = System.nanoTime();
    try {
      while (!isStuck(
          stage, Duration.ofNanos(System.nanoTime() - begin), context.journal().sinceLast())) {
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

  /**
   * Whether a stage has hung.
   *
   * @param running since it began
   * @param sincePiece since any piece of any stage began, perhaps before this one
   */
  static boolean isStuck(KitStage stage, Duration running, Duration sincePiece) {
    return running.toSeconds() >= stage.limitSeconds() + GRACE_SECONDS
        || (stage.isInPieces()
            && running.toSeconds() >= PIECE_SECONDS
            && sincePiece.toSeconds() >= PIECE_SECONDS);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
