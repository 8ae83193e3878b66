package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.GenerationJob.State;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceOutOfMemoryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** E7, E17, E19, F12: closing, dying, failing. */
@Timeout(300)
final class EngineEndTest {

  private static GenerationJob submit(FramePackEngine engine, GenerationListener listener) {
    return engine.submit(
        TinyVideos.request().build(), JobOptions.builder().listener(listener).build());
  }

  private static GenerationJob submit(FramePackEngine engine) {
    return submit(engine, GenerationListener.NONE);
  }

  @Test
  void closingCancelsEveryJobAndIsFinal() {
    FramePackEngine engine = TinyVideos.open(1);
    Gate gate = new Gate();
    GenerationJob running = submit(engine, gate);
    GenerationJob waiting = submit(engine);
    gate.awaitEntered();
    Thread closer = Thread.ofPlatform().start(engine::close);
    assertThatThrownBy(waiting::await).isInstanceOf(CancelledException.class);
    gate.open();
    assertThatThrownBy(running::await).isInstanceOf(CancelledException.class);
    engine.close();
    assertThat(closer.isInterrupted()).isFalse();
    assertThat(List.of(running, waiting)).allMatch(job -> job.state() == State.CANCELLED);
    assertThat(engine.health().state()).isEqualTo(EngineHealth.State.CLOSED);
    VideoRequest request = TinyVideos.request().build();
    assertThatThrownBy(() -> submit(engine)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> engine.plan(request)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> engine.generate(request, GenerationListener.NONE))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> engine.encode(List.of(request.image())))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void memoryIsNotFreedUnderAJobThatDoesNotStopInTime() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    HookedBackend backend = HookedBackend.cpu();
    FramePackEngine engine =
        new FramePackEngine(
            TinyVideos.config().closeTimeout(Duration.ofMillis(1)).build(), () -> backend);
    backend.onClose(closed::countDown);
    Gate gate = new Gate();
    GenerationJob job = submit(engine, gate);
    gate.awaitEntered();
    try (LogCollector log = LogCollector.of("dev.framepack.engine.job")) {
      engine.close();
      assertThat(log.messages()).anyMatch(message -> message.contains(job.id()));
    }
    assertThat(job.state()).isEqualTo(State.CANCELLING);
    assertThat(closed.getCount()).isEqualTo(1);
    gate.open();
    Gate.await(closed);
    assertThatThrownBy(job::await).isInstanceOf(CancelledException.class);
  }

  @Test
  void e18EveryThreadIsADaemonWithTheEnginesName() throws Exception {
    Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());
    for (BackendKind kind :
        List.of(BackendKind.CPU, BackendKind.CPU_REFERENCE, BackendKind.CUDA_EMULATED)) {
      CountDownLatch told = new CountDownLatch(1);
      EngineConfig config = TinyVideos.config().backend(kind).threads(2).build();
      try (FramePackEngine engine = FramePack.open(config)) {
        GenerationListener listener =
            new GenerationListener() {
              @Override
              public void onProgress(GenerationProgress progress) {
                Gate.await(told); // its thread lives until it is looked at
              }
            };
        GenerationJob job = submit(engine, listener);
        job.await().close();
        assertThat(Thread.getAllStackTraces().keySet())
            .filteredOn(thread -> !before.contains(thread))
            .extracting(Thread::getName)
            .contains("framepack-engine")
            .anyMatch(name -> name.startsWith("framepack-callback-"));
        assertThat(Thread.getAllStackTraces().keySet())
            .filteredOn(thread -> !before.contains(thread))
            .allMatch(Thread::isDaemon)
            .allMatch(thread -> thread.getName().startsWith("framepack-"));
        told.countDown();
      }
    }
  }

  @Test
  void aResultOutlivesItsEngine() throws Exception {
    VideoResult video;
    try (FramePackEngine engine = TinyVideos.open(1)) {
      video = submit(engine).await();
    }
    try (video) {
      assertThat(TinyVideos.frames(video)).hasSize(video.frameCount());
    }
  }

  @Test
  void e19AfterAFaultThatLosesTheDeviceTheEngineIsDeadAndSaysSo() {
    HookedBackend backend = HookedBackend.cpu();
    try (FramePackEngine engine = TinyVideos.open(backend)) {
      Gate gate = new Gate();
      backend.onOperation(operation -> {
        if (operation == 10) {
          throw new KernelException(
              "linear at x: ILLEGAL_ADDRESS (700)",
              new DeviceException("ILLEGAL_ADDRESS (700)", true));
        }
      });
      GenerationJob running = submit(engine, gate);
      GenerationJob waiting = submit(engine);
      assertThat(engine.health().isReady()).isTrue();
      gate.open();
      assertThatThrownBy(running::await)
          .isInstanceOf(DeviceFaultException.class)
          .hasMessageContaining("ILLEGAL_ADDRESS");
      assertThatThrownBy(waiting::await)
          .isInstanceOf(EngineDeadException.class)
          .hasMessageContaining("ILLEGAL_ADDRESS");
      assertThat(List.of(running, waiting)).allMatch(job -> job.state() == State.FAILED);
      assertThat(engine.health().state()).isEqualTo(EngineHealth.State.DEAD);
      assertThat(engine.health().reason()).get().asString().contains("ILLEGAL_ADDRESS");
      assertThatThrownBy(() -> submit(engine)).isInstanceOf(EngineDeadException.class);
    }
  }

  @Test
  void e17EveryFailureOfAJobIsTypedAndTheNextJobHasTheSameBits() throws Exception {
    HookedBackend backend = HookedBackend.cpu();
    List<RuntimeException> faults =
        List.of(
            new KernelException("launch", new DeviceException("LAUNCH_OUT_OF_RESOURCES", false)),
            new DeviceOutOfMemoryException("arena step needs 5 bytes, 4 are free"),
            new KernelException("linear: wrong shape"),
            new IllegalStateException("a fault of the program"));
    List<Class<? extends FramePackException>> types =
        List.of(
            DeviceFaultException.class,
            OutOfDeviceMemoryException.class,
            DeviceFaultException.class,
            InternalException.class);
    try (FramePackEngine engine = TinyVideos.open(backend)) {
      List<Rgb8Image> expected = frames(submit(engine));
      for (int i = 0; i < faults.size(); i++) {
        RuntimeException fault = faults.get(i);
        backend.onOperation(operation -> {
          if (operation == 100) {
            throw fault;
          }
        });
        GenerationJob failing = submit(engine);
        assertThatThrownBy(failing::await)
            .isInstanceOfSatisfying(
                FramePackException.class,
                failure -> {
                  assertThat(failure.code()).isNotEmpty();
                  assertThat(failure.remedy()).isNotEmpty();
                })
            .isInstanceOf(types.get(i));
        assertThat(failing.state()).isEqualTo(State.FAILED);
        backend.onOperation(operation -> {});
        assertThat(frames(submit(engine))).isEqualTo(expected);
      }
    }
  }

  @Test
  void anErrorOfTheMachineIsTheEndOfAJobAndNotOfTheEngine() throws Exception {
    HookedBackend backend = HookedBackend.cpu();
    try (FramePackEngine engine = TinyVideos.open(backend)) {
      backend.onOperation(operation -> {
        if (operation == 50) {
          throw new OutOfMemoryError("on purpose");
        }
      });
      assertThatThrownBy(submit(engine)::await).isInstanceOf(OutOfHostMemoryException.class);
      backend.onOperation(operation -> {
        if (operation == 50) {
          throw new StackOverflowError("on purpose");
        }
      });
      assertThatThrownBy(submit(engine)::await)
          .isInstanceOf(InternalException.class)
          .hasCauseInstanceOf(StackOverflowError.class);
      backend.onOperation(operation -> {});
      frames(submit(engine));
    }
  }

  private static List<Rgb8Image> frames(GenerationJob job) throws InterruptedException {
    try (VideoResult video = job.await()) {
      return TinyVideos.frames(video);
    }
  }

  @Test
  void f12SixtyFourThreadsSubmitCancelAndClose() throws Exception {
    List<GenerationJob> jobs = Collections.synchronizedList(new ArrayList<>());
    List<Throwable> surprises = Collections.synchronizedList(new ArrayList<>());
    try (FramePackEngine engine = FramePack.open(TinyVideos.config().queueLimit(20).build())) {
      CountDownLatch begin = new CountDownLatch(1);
      List<Thread> threads =
          IntStream.range(0, 64)
              .mapToObj(number ->
                  Thread.ofPlatform()
                      .start(() -> {
                        Gate.await(begin);
                        try {
                          churn(engine, jobs, number);
                        } catch (Throwable e) {
                          surprises.add(e);
                        }
                      }))
              .toList();
      begin.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(surprises).isEmpty();
    assertThat(jobs).isNotEmpty().allMatch(job -> job.state().isTerminal());
    assertThat(jobs).noneMatch(job -> job.state() == State.FAILED);
    for (GenerationJob job : jobs) {
      job.completion().thenAccept(VideoResult::close);
    }
  }

  /** One of the threads closes the engine in the middle. */
  private static void churn(FramePackEngine engine, List<GenerationJob> jobs, int number)
      throws InterruptedException {
    SplittableRandom random = new SplittableRandom(number);
    for (int i = 0; i < 20; i++) {
      try {
        GenerationJob job = submit(engine);
        jobs.add(job);
        switch (random.nextInt(4)) {
          case 0 -> job.await(Duration.ofMillis(random.nextInt(20)));
          case 1 -> job.await().close();
          default -> job.cancel();
        }
        if (number == 63 && i == 15) {
          engine.close();
        }
      } catch (QueueFullException e) {
        assertThat(e.queueLength()).isEqualTo(20);
        Thread.sleep(1);
      } catch (CancelledException e) {
        assertThat(e.code()).isEqualTo("CANCELLED");
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageContaining("after close");
        return;
      }
    }
  }
}
