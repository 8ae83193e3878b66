package dev.framepack.engine;

import dev.framepack.engine.image.Rgb8Image;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A video on its way: the handle that {@link FramePackEngine#submit} returns. Thread-safe; any
 * thread may ask, wait or cancel.
 */
public interface GenerationJob {

  /**
   * Where a job stands. The last three are final.
   *
   * <p>{@code QUEUED} goes to {@code RUNNING} or, when it is cancelled or the engine dies or
   * closes, straight to its end. {@code RUNNING} goes to {@code COMPLETED} or {@code FAILED}, or
   * through {@code CANCELLING} to {@code CANCELLED}. A job that was {@code CANCELLING} never
   * completes; it can still fail.
   */
  enum State {
    QUEUED,
    RUNNING,
    CANCELLING,
    CANCELLED,
    FAILED,
    COMPLETED;

    /** Whether the job has ended. */
    public boolean isTerminal() {
      return this == CANCELLED || this == FAILED || this == COMPLETED;
    }
  }

  /** Its name in logs, events and threads; the one given in {@link JobOptions}, else a new one. */
  String id();

  VideoRequest request();

  State state();

  /** The latest news; what it says never changes, ask again for newer. */
  GenerationProgress progress();

  /** The latest preview, where the listener {@linkplain GenerationListener#wantsPreviews wants}. */
  Optional<Rgb8Image> preview();

  /**
   * Asks the job to stop. A queued one ends at once and never touches a device. A running one stops
   * before its next operation on the processor and on an emulated device, before its next program
   * (of a step, an encoder, a decoder) on a GPU. Returns without waiting for that.
   *
   * @return whether the job will end as cancelled, or fail; false when it had ended already
   */
  boolean cancel();

  /**
   * Waits for the end.
   *
   * @return the video, the same for everyone who asks; whoever uses it last closes it
   * @throws InterruptedException when the waiting thread is interrupted; the job goes on
   * @throws CancelledException when it was cancelled
   * @throws FramePackException when it failed
   * @throws IllegalStateException on the engine's own thread, which would wait for itself
   */
  VideoResult await() throws InterruptedException;

  /**
   * Waits for the end, but not longer than that.
   *
   * @return the video, or empty when the job has not ended yet
   * @throws InterruptedException when the waiting thread is interrupted; the job goes on
   * @throws CancelledException when it was cancelled
   * @throws FramePackException when it failed
   * @throws IllegalStateException on the engine's own thread, which would wait for itself
   */
  Optional<VideoResult> await(Duration atMost) throws InterruptedException;

  /**
   * The end as a stage. Dependents run on a thread of the engine that computes nothing, and see the
   * same exceptions as those who wait.
   */
  CompletionStage<VideoResult> completion();
}
