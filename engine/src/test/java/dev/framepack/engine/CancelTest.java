package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.GenerationJob.State;
import dev.framepack.engine.GenerationProgress.Phase;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.gpu.GpuBackend;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** E11, E14, F11: a job stops before its next operation wherever it is, and leaves nothing. */
@Timeout(300)
final class CancelTest {
  private static final int TRIALS = 40;

  /** Two sections of two steps. */
  private static VideoRequest request() {
    return TinyVideos.request().latentWindow(2).seconds(0.5).steps(2).seed(7).build();
  }

  @Test
  void f11NoOperationRunsAfterTheCancelInAnyPhaseAndTheNextJobHasTheSameBits() throws Exception {
    HookedBackend backend = HookedBackend.cpu();
    try (FramePackEngine engine = TinyVideos.open(backend)) {
      backend.onOperation(operation -> {});
      List<Rgb8Image> expected = frames(engine);
      long operations = backend.operations();
      Set<Phase> phases = EnumSet.noneOf(Phase.class);
      for (int trial = 0; trial < TRIALS; trial++) {
        long last = operations * trial / TRIALS;
        AtomicReference<GenerationJob> self = new AtomicReference<>();
        backend.onOperation(operation -> {
          if (operation == last) {
            phases.add(self.get().progress().phase());
            self.get().cancel();
          }
        });
        Gate gate = new Gate();
        GenerationJob job = engine.submit(request(), options(gate));
        self.set(job);
        gate.open();
        assertThatThrownBy(job::await)
            .isInstanceOf(CancelledException.class)
            .hasMessageContaining("section");
        assertThat(job.state()).isEqualTo(State.CANCELLED);
        assertThat(backend.operations())
            .as("operations, cancelled before %d", last)
            .isEqualTo(last);
      }
      assertThat(phases)
          .contains(Phase.ENCODE_IMAGE, Phase.ENCODE_PROMPT, Phase.DENOISE, Phase.DECODE);
      backend.onOperation(operation -> {});
      assertThat(frames(engine)).isEqualTo(expected);
      assertThat(backend.operations()).isEqualTo(operations);
    }
  }

  private static JobOptions options(GenerationListener listener) {
    return JobOptions.builder().listener(listener).build();
  }

  private static List<Rgb8Image> frames(FramePackEngine engine) {
    return TinyVideos.frames(engine, request());
  }

  @Test
  void onADeviceNoKernelIsLaunchedAfterTheCancel() throws Exception {
    AtomicLong launches = new AtomicLong();
    AtomicLong last = new AtomicLong(Long.MAX_VALUE);
    AtomicReference<GenerationJob> self = new AtomicReference<>();
    GpuBackend backend =
        new GpuBackend(
            "cuda-emulated",
            new EmulatedDevice(
                EmulatorOptions.defaults(),
                report -> {
                  if (launches.incrementAndGet() == last.get()) {
                    self.get().cancel();
                  }
                }));
    VideoRequest request = TinyVideos.request().build();
    try (FramePackEngine engine = TinyVideos.open(backend)) {
      launches.set(0);
      List<Rgb8Image> expected;
      try (VideoResult video = engine.generate(request, GenerationListener.NONE)) {
        expected = TinyVideos.frames(video);
      }
      long all = launches.get();
      for (long launch : new long[] {all / 4, all / 2, 3 * all / 4}) {
        Gate gate = new Gate();
        launches.set(0);
        last.set(launch);
        GenerationJob job = engine.submit(request, options(gate));
        self.set(job);
        gate.open();
        assertThatThrownBy(job::await).isInstanceOf(CancelledException.class);
        assertThat(launches.get()).isEqualTo(launch);
      }
      last.set(Long.MAX_VALUE);
      try (VideoResult video = engine.generate(request, GenerationListener.NONE)) {
        assertThat(TinyVideos.frames(video)).isEqualTo(expected);
      }
    }
  }

  @Test
  void aJobThatWasCancelledAsItWasDoneIsCancelled() throws Exception {
    HookedBackend backend = HookedBackend.cpu();
    try (FramePackEngine engine = TinyVideos.open(backend)) {
      backend.onOperation(operation -> {});
      frames(engine);
      long operations = backend.operations();
      AtomicReference<GenerationJob> self = new AtomicReference<>();
      Gate gate = new Gate();
      backend.onOperation(operation -> {
        if (operation == operations - 1) {
          self.get().cancel();
        }
      });
      GenerationJob job = engine.submit(request(), options(gate));
      self.set(job);
      gate.open();
      assertThatThrownBy(job::await).isInstanceOf(CancelledException.class);
      assertThat(job.cancel()).as("a second time").isFalse();
      assertThat(job.state()).isEqualTo(State.CANCELLED);
    }
  }
}
