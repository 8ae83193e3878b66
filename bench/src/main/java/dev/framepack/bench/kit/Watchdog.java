package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process when a stage hangs, as a kernel that waits forever makes it: what was found
 * until then is on disk, and the row that says so is too.
 */
final class Watchdog implements AutoCloseable {
  private static final int GRACE_SECONDS = 60;
  private static final int HUNG = 3;

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
    try {
      Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
    } catch (InterruptedException e) {
      return; // the stage ended
    }
    context.row(
        stage.name(), "hung", Verdict.FAIL, Map.of("error", "no answer for " + seconds + " s"));
    context.report().endStage(stage.name());
    Runtime.getRuntime().halt(HUNG);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
