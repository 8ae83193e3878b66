package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.gpu.GpuBackend;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** E9: whatever a job's end, its memory is given back; the engine gives back the rest. */
@Timeout(300)
final class MemoryReportTest {
  private static final VideoRequest REQUEST = TinyVideos.request().build();

  /** Bytes in use by purpose; what kernels cache follows the garbage collector. */
  private static Map<String, Long> inUse(MemoryReport.Pool pool) {
    Map<String, Long> bytes = new TreeMap<>();
    pool.uses().forEach((purpose, use) -> bytes.put(purpose, use.bytes()));
    bytes.remove("kernels");
    bytes.values().removeIf(count -> count == 0);
    return bytes;
  }

  private static void generate(FramePackEngine engine) {
    engine.generate(REQUEST, GenerationListener.NONE).close();
  }

  @Test
  void onTheHostNothingStaysBehindAfterAnyEndOfAJob() throws Exception {
    HookedBackend backend = HookedBackend.cpu();
    FramePackEngine engine = TinyVideos.open(backend);
    try (engine) {
      Map<String, Long> baseline = inUse(engine.memory().host());
      assertThat(baseline.keySet()).allMatch(purpose -> purpose.startsWith("model:"));
      assertThat(baseline.values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(engine.weightBytes());
      backend.onOperation(operation -> {});
      generate(engine);
      assertThat(inUse(engine.memory().host())).isEqualTo(baseline);
      MemoryReport.Use total = engine.memory().host().total();
      assertThat(total.peakBytes()).isGreaterThan(engine.weightBytes());
      assertThat(engine.memory().host().uses().get("latents").peakBytes()).isPositive();
      long operations = backend.operations();
      for (long at = 5; at < operations; at += operations / 10) {
        assertFails(engine, backend, at);
        assertThat(inUse(engine.memory().host())).isEqualTo(baseline);
        assertCancels(engine, backend, at);
        assertThat(inUse(engine.memory().host())).isEqualTo(baseline);
      }
      assertThat(engine.memory().device().total().peakBytes()).isZero();
    }
    assertThat(engine.memory().host().total().bytes()).isZero();
    assertThat(engine.memory().host().total().peakBytes()).isPositive();
  }

  private static void assertFails(FramePackEngine engine, HookedBackend backend, long at) {
    backend.onOperation(operation -> {
      if (operation == at) {
        throw new KernelException("on purpose");
      }
    });
    assertThatThrownBy(() -> generate(engine)).isInstanceOf(DeviceFaultException.class);
  }

  private static void assertCancels(FramePackEngine engine, HookedBackend backend, long at) {
    AtomicReference<GenerationJob> self = new AtomicReference<>();
    Gate gate = new Gate();
    LongConsumer cancel =
        operation -> {
          if (operation == at) {
            self.get().cancel();
          }
        };
    backend.onOperation(cancel);
    self.set(engine.submit(REQUEST, JobOptions.builder().listener(gate).build()));
    gate.open();
    assertThatThrownBy(self.get()::await).isInstanceOf(CancelledException.class);
  }

  @Test
  void onADeviceNothingStaysBehindEither() {
    AtomicReference<GenerationJob> self = new AtomicReference<>();
    GpuBackend backend =
        new GpuBackend(
            "cuda-emulated",
            new EmulatedDevice(
                EmulatorOptions.defaults(),
                report -> {
                  if (self.get() != null) {
                    self.get().cancel();
                  }
                }));
    FramePackEngine engine = TinyVideos.open(backend);
    try (engine) {
      generate(engine); // constants are repacked and scratch is taken now
      Map<String, Long> baseline = inUse(engine.memory().device());
      Gate gate = new Gate();
      GenerationJob job = engine.submit(REQUEST, JobOptions.builder().listener(gate).build());
      gate.awaitEntered();
      self.set(job);
      gate.open();
      assertThatThrownBy(job::await).isInstanceOf(CancelledException.class);
      self.set(null);
      assertThat(inUse(engine.memory().device())).isEqualTo(baseline);
      generate(engine);
      assertThat(inUse(engine.memory().device())).isEqualTo(baseline);
      assertThat(engine.memory().host().total().bytes()).isZero();
    }
    assertThat(engine.memory().device().total().bytes()).isZero();
  }
}
