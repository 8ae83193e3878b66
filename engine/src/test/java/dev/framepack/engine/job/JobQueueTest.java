package dev.framepack.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.GenerationJob.State;
import dev.framepack.engine.LogCollector;
import dev.framepack.engine.QueueFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue at awkward moments. */
@Timeout(60)
final class JobQueueTest {

  private static JobQueue started(int limit, Runnable free) {
    JobQueue queue = new JobQueue(limit, free);
    queue.start();
    return queue;
  }

  private static Job<String> job(String id, Runnable work) {
    return new Job<>(
        id,
        () -> {
          work.run();
          return id;
        },
        tooLate -> {});
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("nothing happened for half a minute");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLogThatThrowsNeitherEndsTheThreadNorKeepsAnEndFromWhoWaits() throws Exception {
    JobQueue queue = started(2, () -> {});
    try (LogCollector log = LogCollector.of("dev.framepack.engine.job", Level.ALL)) {
      log.setFilter(entry -> {
        throw new IllegalStateException("on purpose, a log");
      });
      Job<String> good = job("good", () -> {});
      Job<String> bad =
          job(
              "bad",
              () -> {
                throw new IllegalArgumentException("on purpose, a job");
              });
      queue.add(good);
      queue.add(bad);
      assertThat(Outcome.await(good, Duration.ofSeconds(20))).contains("good");
      assertThatThrownBy(() -> Outcome.await(bad, Duration.ofSeconds(20)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(List.of(good.state(), bad.state())).containsExactly(State.COMPLETED, State.FAILED);
      ListenerCalls calls = new ListenerCalls("good", Runnable::run);
      List<String> heard = new ArrayList<>();
      calls.add(() -> {
        throw new IllegalStateException("on purpose, a listener");
      });
      calls.add(() -> heard.add("next"));
      calls.awaitDelivered();
      assertThat(heard).containsExactly("next");
    } finally {
      queue.close(Duration.ofSeconds(20));
    }
  }

  @Test
  void whoLearnsThatAJobHasEndedFindsItsPlaceFree() throws Exception {
    JobQueue queue = started(1, () -> {});
    try {
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch mayEnd = new CountDownLatch(1);
      Job<String> first =
          job(
              "first",
              () -> {
                running.countDown();
                await(mayEnd);
              });
      queue.add(first);
      await(running);
      Job<String> second = job("second", () -> {});
      queue.add(second);
      Job<String> third = job("third", () -> {});
      assertThatThrownBy(() -> queue.add(third)).isInstanceOf(QueueFullException.class);
      AtomicReference<Throwable> refusal = new AtomicReference<>();
      // Called on the queue's thread, before it can take the second.
      first
          .outcome()
          .thenRun(() -> queue.add(third))
          .whenComplete((done, failure) -> refusal.set(failure));
      mayEnd.countDown();
      assertThat(Outcome.await(second, Duration.ofSeconds(20))).isPresent();
      assertThat(Outcome.await(third, Duration.ofSeconds(20))).isPresent();
      assertThat(refusal.get()).isNull();
    } finally {
      queue.close(Duration.ofSeconds(20));
    }
  }

  @Test
  void anInterruptedCloseWaitsAllTheSame() {
    CountDownLatch mayFree = new CountDownLatch(1);
    JobQueue queue = started(1, () -> await(mayFree));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            Thread.sleep(50);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          mayFree.countDown();
        });
    Thread.currentThread().interrupt();
    boolean freed = queue.close(Duration.ofSeconds(20));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(freed).isTrue();
  }

  @Test
  void aWaitMayBeLongerThanNanosecondsCanSay() throws Exception {
    Job<String> job = job("done", () -> {});
    job.run();
    assertThat(Outcome.await(job, Duration.ofSeconds(Long.MAX_VALUE))).contains("done");
  }

  @Test
  void callsThatFoundNoThreadAreMadeWithTheNext() throws Exception {
    List<String> heard = new ArrayList<>();
    int[] asked = {0};
    Executor executor =
        task -> {
          if (asked[0]++ == 0) {
            throw new OutOfMemoryError("on purpose: no thread");
          }
          task.run();
        };
    ListenerCalls calls = new ListenerCalls("job", executor);
    calls.add(() -> heard.add("first"));
    calls.awaitDelivered();
    assertThat(heard).isEmpty();
    calls.add(() -> heard.add("second"));
    calls.awaitDelivered();
    assertThat(heard).containsExactly("first", "second");
  }
}
