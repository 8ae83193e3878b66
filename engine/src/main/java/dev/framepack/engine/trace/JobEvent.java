package dev.framepack.engine.trace;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A job from its first to its last moment on the engine's thread. */
@Name("dev.framepack.Job")
@Label("Job")
@Category("FramePack")
@StackTrace(false)
public final class JobEvent extends Event {
  @Label("Job ID")
  @Nullable String job;

  @Label("Time in the queue")
  @Timespan
  long queuedNanos;

  @Label("State")
  @Description("How it ended")
  @Nullable String state;

  /** Ends the event. */
  public void end(String jobId, long waitedNanos, String finalState) {
    end();
    if (shouldCommit()) {
      job = jobId;
      queuedNanos = waitedNanos;
      state = finalState;
      commit();
    }
  }
}
