package dev.framepack.engine;

import dev.framepack.engine.checkpoint.Checkpoint;
import dev.framepack.engine.pipeline.SectionJournal;
import java.lang.System.Logger.Level;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint of a run, where it has one, until the video is delivered: then it is removed. It
 * stays when the run fails, unless nothing was finished, and when the video is lost on its way out.
 */
final class RunCheckpoint implements AutoCloseable {
  private final @Nullable Checkpoint checkpoint;
  private final boolean keepFinished;
  private boolean needless;

  private RunCheckpoint(@Nullable Checkpoint checkpoint, boolean keepFinished) {
    this.checkpoint = checkpoint;
    this.keepFinished = keepFinished;
  }

  /** A run that writes nothing down. */
  static RunCheckpoint none() {
    return new RunCheckpoint(null, false);
  }

  /** Of a run that begins or goes on. */
  static RunCheckpoint of(Checkpoint checkpoint, boolean keepFinished) {
    return new RunCheckpoint(checkpoint, keepFinished);
  }

  /** Its way into the pipeline; the reporter hears what is stored, and what was before. */
  SectionJournal journal(ProgressReporter reporter) {
    Checkpoint written = checkpoint;
    if (written == null) {
      return SectionJournal.NONE;
    }
    reporter.onCheckpoint(written.folder(), written.finishedPlans());
    return written.journal(plans -> reporter.onCheckpoint(written.folder(), plans));
  }

  /** Runs; a run that comes to no end leaves the checkpoint if there is anything in it. */
  <T> T during(Function<RunCheckpoint, T> run) {
    try {
      return run.apply(this);
    } catch (RuntimeException | Error e) {
      needless = checkpoint != null && checkpoint.finishedPlans() == 0;
      close();
      throw e;
    }
  }

  /** Somebody has the whole video. */
  void onDelivered() {
    needless = !keepFinished;
  }

  @Override
  public void close() {
    if (checkpoint == null) {
      return;
    }
    boolean discarded = needless;
    needless = false; // whoever closes again must not remove a later job's of the same id
    try {
      if (discarded) {
        checkpoint.discard();
      }
    } catch (OutputException e) {
      System.getLogger(RunCheckpoint.class.getName())
          .log(Level.WARNING, "a checkpoint was not removed: " + e.getMessage(), e);
    } finally {
      checkpoint.close();
    }
  }
}
