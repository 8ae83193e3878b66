package dev.framepack.engine.job;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for jobs; what ended them is thrown as it is. */
final class Outcome {
  private Outcome() {}

  static <T> T await(Job<T> job) throws InterruptedException {
    try {
      return job.outcome().get();
    } catch (ExecutionException e) {
      throw unchecked(e);
    }
  }

  /** Empty when the job has not ended by then. */
  static <T> Optional<T> await(Job<T> job, Duration atMost) throws InterruptedException {
    try {
      return Optional.of(
          job.outcome().get(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      throw unchecked(e);
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }

  /** An interrupt cancels the job and is still set when this returns. */
  static <T> T awaitOrCancel(JobQueue queue, Job<T> job) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return await(job);
        } catch (InterruptedException e) {
          interrupted = true;
          queue.cancel(job);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unchecked(ExecutionException e) {
    return switch (e.getCause()) {
      case RuntimeException failure -> failure;
      case Error failure -> throw failure;
      case null, default -> new IllegalStateException(e);
    };
  }
}
