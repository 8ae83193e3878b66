package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.framepack.engine.GenerationJob.State;
import dev.framepack.engine.GenerationProgress.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** E12, E13, L04: the handle, its states, the queue and its bound. */
@Timeout(120)
final class GenerationJobTest {

  private static JobOptions options(GenerationListener listener) {
    return JobOptions.builder().listener(listener).build();
  }

  private static FramePackEngine open(int queueLimit) {
    return FramePack.open(TinyVideos.config().queueLimit(queueLimit).build());
  }

  @Test
  void aJobGoesFromQueuedToCompletedAndStaysThere() throws Exception {
    VideoRequest request = TinyVideos.request().build();
    try (FramePackEngine engine = open(1)) {
      Gate gate = new Gate();
      GenerationJob first = engine.submit(request, options(gate));
      gate.awaitEntered();
      GenerationJob second = engine.submit(request, JobOptions.defaults());
      assertThat(first.state()).isEqualTo(State.RUNNING);
      assertThat(second.state()).isEqualTo(State.QUEUED);
      assertThat(second.progress().phase()).isEqualTo(Phase.QUEUED);
      assertThat(engine.health().runningJob()).contains(first.id());
      assertThat(engine.health().queueLength()).isEqualTo(1);
      assertThat(second.await(Duration.ZERO)).isEmpty();
      gate.open();
      try (VideoResult video = second.await()) {
        assertThat(video.frameCount()).isEqualTo(request.outputFrames());
        assertThat(second.await(Duration.ZERO)).containsSame(video);
      }
      assertThat(second.state()).isEqualTo(State.COMPLETED);
      assertThat(second.progress().phase()).isEqualTo(Phase.DONE);
      assertThat(second.cancel()).isFalse();
      assertThat(second.state()).isEqualTo(State.COMPLETED);
      first.await().close();
    }
  }

  @Test
  void theEndIsToldAsAStageOnAThreadThatComputesNothing() throws Exception {
    try (FramePackEngine engine = open(2)) {
      Gate gate = new Gate();
      GenerationJob done = engine.submit(TinyVideos.request().build(), options(gate));
      GenerationJob cancelled = engine.submit(TinyVideos.request().build(), JobOptions.defaults());
      CompletableFuture<String> thread = new CompletableFuture<>();
      done.completion()
          .whenComplete((video, failure) -> {
            video.close();
            thread.complete(Thread.currentThread().getName());
          });
      CompletableFuture<Throwable> failure = new CompletableFuture<>();
      cancelled.completion().whenComplete((video, thrown) -> failure.complete(thrown));
      cancelled.cancel();
      assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
      gate.open();
      assertThat(thread.get(60, TimeUnit.SECONDS)).startsWith("framepack-callback");
    }
  }

  @Test
  void jobsRunInTheOrderTheyCame() throws Exception {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    try (FramePackEngine engine = open(10)) {
      Gate gate = new Gate();
      engine.submit(TinyVideos.request().build(), options(gate));
      List<GenerationJob> jobs =
          IntStream.range(0, 5)
              .mapToObj(number ->
                  engine.submit(TinyVideos.request().build(), options(begins(order, number))))
              .toList();
      jobs.get(2).cancel();
      gate.open();
      for (GenerationJob job : jobs) {
        if (job != jobs.get(2)) {
          job.await().close();
        }
      }
    }
    assertThat(order).containsExactly(0, 1, 3, 4);
  }

  /** Asked first on the engine's thread. */
  private static GenerationListener begins(List<Integer> order, int number) {
    return new GenerationListener() {
      private boolean begun;

      @Override
      public boolean isCancelled() {
        if (!begun) {
          begun = true;
          order.add(number);
        }
        return false;
      }
    };
  }

  @Test
  void l04AFullQueueSaysSoAndAHundredWaitingJobsAreCancelledWhileTheEngineIsBusy() {
    int limit = 100;
    VideoRequest request = TinyVideos.request().build();
    try (FramePackEngine engine = open(limit)) {
      Gate gate = new Gate();
      GenerationJob running = engine.submit(request, options(gate));
      gate.awaitEntered();
      List<GenerationJob> jobs = new ArrayList<>();
      for (int i = 0; i < limit; i++) {
        jobs.add(engine.submit(request, JobOptions.defaults()));
      }
      assertThatThrownBy(() -> engine.submit(request, JobOptions.defaults()))
          .isInstanceOfSatisfying(
              QueueFullException.class,
              full -> {
                assertThat(full.queueLength()).isEqualTo(limit);
                assertThat(full.code()).isEqualTo("QUEUE_FULL");
                assertThat(full.remedy()).isNotEmpty();
              });
      assertThat(jobs.getLast().cancel()).isTrue();
      jobs.set(limit - 1, engine.submit(request, JobOptions.defaults())); // the place is free again
      jobs.forEach(GenerationJob::cancel);
      // The engine's thread is still held, so none of them was waited for.
      assertThat(jobs).allMatch(job -> job.state() == State.CANCELLED);
      assertThat(engine.health().queueLength()).isZero();
      assertThat(running.state()).isEqualTo(State.RUNNING);
      jobs.forEach(job ->
          assertThatThrownBy(job::await)
              .isInstanceOf(CancelledException.class)
              .hasMessageContaining(job.id()));
      gate.open();
    }
  }

  @Test
  void anInterruptEndsTheWaitAndNotTheJob() throws Exception {
    try (FramePackEngine engine = open(1)) {
      Gate gate = new Gate();
      GenerationJob job = engine.submit(TinyVideos.request().build(), options(gate));
      gate.awaitEntered();
      Thread.currentThread().interrupt();
      assertThatThrownBy(job::await).isInstanceOf(InterruptedException.class);
      assertThat(job.state()).isEqualTo(State.RUNNING);
      gate.open();
      job.await().close();
      assertThat(job.state()).isEqualTo(State.COMPLETED);
    }
  }

  @Test
  void anInterruptOfGenerateCancelsItsJob() throws Exception {
    try (FramePackEngine engine = open(1)) {
      Gate gate = new Gate();
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      AtomicReference<Boolean> interrupted = new AtomicReference<>();
      Thread caller =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  engine.generate(TinyVideos.request().build(), gate).close();
                } catch (CancelledException e) {
                  thrown.set(e);
                }
                interrupted.set(Thread.currentThread().isInterrupted());
              });
      gate.awaitEntered();
      caller.interrupt();
      gate.open();
      caller.join(60_000);
      assertThat(thrown.get()).isInstanceOf(CancelledException.class);
      assertThat(interrupted.get()).isTrue();
    }
  }

  @Test
  void theEnginesOwnThreadCannotWaitForItself() throws Exception {
    try (FramePackEngine engine = open(2)) {
      CountDownLatch submitted = new CountDownLatch(1);
      AtomicReference<GenerationJob> self = new AtomicReference<>();
      List<Throwable> refusals = Collections.synchronizedList(new ArrayList<>());
      List<Integer> queued = Collections.synchronizedList(new ArrayList<>());
      GenerationListener waits =
          new GenerationListener() {
            @Override
            public boolean isCancelled() {
              Gate.await(submitted);
              refusals.add(catchThrowable(self.get()::await));
              VideoRequest request = self.get().request();
              refusals.add(catchThrowable(() -> engine.generate(request, GenerationListener.NONE)));
              queued.add(engine.health().queueLength());
              return false;
            }
          };
      self.set(engine.submit(TinyVideos.request().build(), options(waits)));
      submitted.countDown();
      self.get().await().close();
      assertThat(refusals)
          .isNotEmpty()
          .allSatisfy(refusal -> assertThat(refusal).isInstanceOf(IllegalStateException.class));
      assertThat(queued).as("jobs that nobody could wait for").containsOnly(0);
    }
  }

  @Test
  void anIdIsKeptAndABadOneRefused() throws Exception {
    try (FramePackEngine engine = open(1)) {
      JobOptions named = JobOptions.builder().id("order-17.a").build();
      GenerationJob job = engine.submit(TinyVideos.request().build(), named);
      assertThat(job.id()).isEqualTo("order-17.a");
      job.await().close();
    }
    assertThat(JobOptions.defaults().id()).isNotEqualTo(JobOptions.defaults().id());
    assertThatThrownBy(() -> JobOptions.builder().id("a b\n").build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("JOB_ID");
  }

  @Test
  void limitsOfTheConfigurationAreChecked() {
    assertThatThrownBy(() -> TinyVideos.config().queueLimit(0).build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("queue limit");
    assertThatThrownBy(() -> TinyVideos.config().closeTimeout(Duration.ofSeconds(-1)).build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("close timeout");
  }
}
