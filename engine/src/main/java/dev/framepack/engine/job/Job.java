package dev.framepack.engine.job;

import dev.framepack.engine.CancelledException;
import dev.framepack.engine.GenerationJob.State;
import dev.framepack.engine.trace.JobEvent;
import dev.framepack.kernels.StopSignal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Work from its submission to its end: state, stop signal, outcome. Every change of state is one
 * compare-and-set, so that of several who try to end a job exactly one does. Thread-safe.
 *
 * @param <T> what it makes
 */
final class Job<T> {
  private static final Logger LOG = System.getLogger(Job.class.getName());

  private final String id;
  private final Supplier<T> work;
  private final Consumer<T> discard;
  private final StopSignal stop = new StopSignal();
  private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
  private final CompletableFuture<T> outcome = new CompletableFuture<>();
  private final long submittedNanos = System.nanoTime();

  /**
   * @param work throws {@link CancelledException} when it stopped because it was asked to
   * @param discard takes a result that came too late, to free it
   */
  Job(String id, Supplier<T> work, Consumer<T> discard) {
    this.id = id;
    this.work = work;
    this.discard = discard;
  }

  String id() {
    return id;
  }

  State state() {
    return state.get();
  }

  /** Completes after the state is terminal; who waits here runs no code on the engine's thread. */
  CompletableFuture<T> outcome() {
    return outcome;
  }

  /** Does the work on this thread; nothing when the job has ended before. Never throws. */
  void run() {
    if (!state.compareAndSet(State.QUEUED, State.RUNNING)) {
      return;
    }
    long begunNanos = System.nanoTime();
    log(() -> "runs");
    JobEvent event = new JobEvent();
    event.begin();
    Runnable tell;
    try {
      tell = completed(stop.during(work));
    } catch (CancelledException e) {
      tell = ended(State.CANCELLED, e);
    } catch (Throwable e) { // an Error, too, is the outcome of a job and not the end of its thread
      tell = ended(State.FAILED, e);
      log(e::toString);
    }
    event.end(id, begunNanos - submittedNanos, state.get().name());
    log(() -> state.get() + " after " + Duration.ofNanos(System.nanoTime() - begunNanos));
    tell.run();
  }

  private void log(Supplier<String> news) {
    try {
      LOG.log(Level.DEBUG, () -> "job %s: %s".formatted(id, news.get()));
    } catch (Throwable e) {
      // What a log throws must neither end the queue's thread nor keep the end from who waits.
    }
  }

  private Runnable completed(T result) {
    if (state.compareAndSet(State.RUNNING, State.COMPLETED)) {
      return () -> outcome.complete(result);
    }
    discard.accept(result);
    return ended(State.CANCELLED, cancelled("was cancelled as it was done"));
  }

  private Runnable ended(State terminal, Throwable reason) {
    state.set(terminal);
    return () -> outcome.completeExceptionally(reason);
  }

  /** Ends it if it has not begun. */
  boolean failQueued(Throwable reason) {
    if (!state.compareAndSet(State.QUEUED, State.FAILED)) {
      return false;
    }
    outcome.completeExceptionally(reason);
    return true;
  }

  /** Ends it if it has not begun, asks it to stop if it has; false when it has ended. */
  boolean cancel() {
    if (state.compareAndSet(State.QUEUED, State.CANCELLED)) {
      outcome.completeExceptionally(cancelled("was cancelled before it began"));
      return true;
    }
    stop.request();
    return state.compareAndSet(State.RUNNING, State.CANCELLING) || state.get() == State.CANCELLING;
  }

  private CancelledException cancelled(String how) {
    return new CancelledException(
        "CANCELLED",
        "job %s %s".formatted(id, how),
        "submit the request again to start over",
        null);
  }

  boolean isStopRequested() {
    return stop.isRequested();
  }
}
