package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.GenerationJob.State;
import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.image.Rgb8Image;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** E15, F10: what listeners do is their own affair. */
@Timeout(120)
final class JobListenerTest {
  private static final int SECTIONS = 4;

  /** Four sections of two steps. */
  private static VideoRequest request() {
    return TinyVideos.request().steps(2).seconds(0.5).build();
  }

  private static GenerationJob submit(FramePackEngine engine, GenerationListener listener) {
    return engine.submit(request(), JobOptions.builder().listener(listener).build());
  }

  @Test
  void everythingAListenerThrowsIsLoggedAndTheJobGoesOn() throws Exception {
    GenerationListener faulty =
        new GenerationListener() {
          @Override
          public void onProgress(GenerationProgress progress) {
            throw new AssertionError("on purpose, an Error");
          }

          @Override
          public void onSectionPreview(int section, Rgb8Image preview) {
            throw new IllegalStateException("on purpose, an exception");
          }

          @Override
          public boolean wantsPreviews() {
            throw new IllegalStateException("on purpose, when asked");
          }

          @Override
          public boolean isCancelled() {
            throw new IllegalStateException("on purpose, on the engine's thread");
          }
        };
    try (FramePackEngine engine = TinyVideos.open(1);
        LogCollector log = LogCollector.of("dev.framepack.engine.job")) {
      GenerationJob job = submit(engine, faulty);
      try (VideoResult video = job.await()) {
        assertThat(video.frameCount()).isEqualTo(job.request().outputFrames());
      }
      engine.generate(request(), faulty).close(); // returns when all has been told
      assertThat(log.messages())
          .anyMatch(message -> message.contains(job.id()) && message.contains("on purpose"));
    }
  }

  @Test
  void aListenerThatBlocksHearsEveryStepInOrderAndTheLatestPreviewOnly() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    List<GenerationProgress> heard = Collections.synchronizedList(new ArrayList<>());
    List<Integer> previews = Collections.synchronizedList(new ArrayList<>());
    GenerationListener blocked =
        new GenerationListener() {
          @Override
          public void onProgress(GenerationProgress progress) {
            Gate.await(release);
            heard.add(progress);
            if (progress.phase() == Phase.DONE) {
              done.countDown();
            }
          }

          @Override
          public void onSectionPreview(int section, Rgb8Image preview) {
            previews.add(section);
          }
        };
    try (FramePackEngine engine = TinyVideos.open(1)) {
      GenerationJob job = submit(engine, blocked);
      job.await().close(); // whole while its listener is still in its first call
      assertThat(heard).isEmpty();
      assertThat(job.preview()).isPresent();
      release.countDown();
      Gate.await(done);
    }
    assertThat(heard.stream().filter(p -> p.phase() == Phase.DENOISE && p.step() > 0))
        .extracting(p -> List.of(p.section(), p.step()))
        .containsExactly(
            List.of(0, 1),
            List.of(0, 2),
            List.of(1, 1),
            List.of(1, 2),
            List.of(2, 1),
            List.of(2, 2),
            List.of(3, 1),
            List.of(3, 2));
    assertThat(heard).isSortedAccordingTo((a, b) -> a.elapsed().compareTo(b.elapsed()));
    assertThat(previews).hasSize(1);
  }

  @Test
  void aListenerThatKeepsUpSeesEveryPreview() {
    List<Integer> previews = Collections.synchronizedList(new ArrayList<>());
    List<Integer> waitsForPreview = new ArrayList<>();
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public void onSectionPreview(int section, Rgb8Image preview) {
            previews.add(section);
          }

          @Override
          public boolean wantsPreviews() {
            // Asked on the engine's thread: the one before has been heard then.
            while (previews.size() < waitsForPreview.size()) {
              Thread.onSpinWait();
            }
            waitsForPreview.add(1);
            return true;
          }
        };
    try (FramePackEngine engine = TinyVideos.open(1)) {
      engine.generate(request(), listener).close();
    }
    assertThat(previews).hasSize(SECTIONS).doesNotHaveDuplicates();
  }

  @Test
  void aListenerMayCancelItsJob() throws Exception {
    AtomicReference<GenerationJob> self = new AtomicReference<>();
    CountDownLatch submitted = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public void onProgress(GenerationProgress progress) {
            Gate.await(submitted);
            assertThat(self.get().cancel()).isTrue();
            cancelled.countDown();
          }

          private int asked;

          @Override
          public boolean isCancelled() {
            if (asked++ > 0) { // it has been told something since it was asked first
              Gate.await(cancelled);
            }
            return false;
          }
        };
    try (FramePackEngine engine = TinyVideos.open(1)) {
      GenerationJob job = submit(engine, listener);
      self.set(job);
      submitted.countDown();
      assertThatThrownBy(job::await).isInstanceOf(CancelledException.class);
      assertThat(job.state()).isEqualTo(State.CANCELLED);
    }
  }

  @Test
  void aListenerMayCloseTheEngine() {
    try (FramePackEngine engine = TinyVideos.open(1)) {
      CompletableFuture<GenerationJob> submitted = new CompletableFuture<>();
      GenerationListener closes =
          new GenerationListener() {
            private int asked;

            @Override
            public void onProgress(GenerationProgress progress) {
              engine.close();
            }

            @Override
            public boolean isCancelled() {
              // It has been told something since it was asked first, and is about to close.
              while (asked > 0 && submitted.join().state() == State.RUNNING) {
                Thread.onSpinWait();
              }
              asked++;
              return false;
            }
          };
      GenerationJob job = submit(engine, closes);
      submitted.complete(job);
      assertClosed(engine, job);
    }
  }

  @Test
  void aListenerMayCloseTheEngineOnItsThread() {
    try (FramePackEngine engine = TinyVideos.open(1)) {
      GenerationListener closes =
          new GenerationListener() {
            @Override
            public boolean isCancelled() {
              engine.close();
              return false;
            }
          };
      assertClosed(engine, submit(engine, closes));
    }
  }

  private static void assertClosed(FramePackEngine engine, GenerationJob job) {
    assertThatThrownBy(job::await).isInstanceOf(CancelledException.class);
    assertThatThrownBy(() -> engine.submit(request(), JobOptions.defaults()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(engine.health().state()).isEqualTo(EngineHealth.State.CLOSED);
  }
}
