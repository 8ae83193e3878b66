package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.kernels.fault.Fault;
import dev.framepack.kernels.fault.FaultSite;
import dev.framepack.kernels.fault.Faults;
import dev.framepack.kernels.fault.FaultyBackend;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The host runs out of memory at every call there is, and values leave the finite numbers after
 * every program: the failure has its type, all memory comes back, and the next job is right.
 */
final class HostFaultTest {

  @ParameterizedTest
  @EnumSource(
      value = FaultSite.class,
      names = {"ALLOCATE", "PREPARE", "UPLOAD", "DOWNLOAD", "RUN"})
  void aJobFailsAtEveryCallAndTheNextIsRight(FaultSite site) {
    Faults faults = new Faults();
    FaultyBackend backend = FaultEngines.host(faults);
    try (FramePackEngine engine = FaultEngines.open(backend)) {
      List<Rgb8Image> expected = FaultEngines.frames(engine);
      long baseline = backend.memory().bytes();
      long before = faults.calls(site);
      assertThat(FaultEngines.frames(engine)).isEqualTo(expected);
      long calls = faults.calls(site) - before;
      assertThat(calls).as("calls of a job").isGreaterThan(2);
      for (long call = 1; call <= calls; call++) {
        faults.failAt(site, call, Fault.hostMemory());
        assertThatThrownBy(() -> FaultEngines.frames(engine))
            .as("call %d of %d", call, calls)
            .isInstanceOf(OutOfHostMemoryException.class)
            .hasMessageStartingWith("HOST_MEMORY: ");
        assertThat(backend.memory().bytes()).as("bytes after call %d", call).isEqualTo(baseline);
      }
      assertThat(faults.injected()).isEqualTo(calls);
      assertThat(FaultEngines.frames(engine)).isEqualTo(expected);
      assertThat(backend.memory().bytes()).isEqualTo(baseline);
    }
    assertThat(backend.memory().bytes()).as("bytes after closing").isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = FaultSite.class,
      names = {"ALLOCATE", "UPLOAD"})
  void openingFailsAtEveryCallAndLeavesNothing(FaultSite site) {
    Faults counting = new Faults();
    FaultEngines.open(FaultEngines.host(counting)).close();
    long calls = counting.calls(site);
    for (long call = 1; call <= calls; call++) {
      Faults faults = new Faults();
      faults.failAt(site, call, Fault.hostMemory());
      FaultyBackend backend = FaultEngines.host(faults);
      assertThatThrownBy(() -> FaultEngines.open(backend))
          .as("call %d of %d", call, calls)
          .isInstanceOf(OutOfHostMemoryException.class);
      assertThat(backend.memory().bytes()).as("bytes after call %d", call).isZero();
    }
  }

  /** In one section, and in three whose seams are faded, with a step cache. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void valuesThatAreNoNumbersNeverBecomeAVideo(int sections) {
    VideoRequest request = request(sections);
    Faults faults = new Faults();
    FaultyBackend backend = FaultEngines.host(faults);
    try (FramePackEngine engine = FaultEngines.open(backend)) {
      List<Rgb8Image> expected = TinyVideos.frames(engine, request);
      long baseline = backend.memory().bytes();
      long before = faults.calls(FaultSite.RUN);
      TinyVideos.frames(engine, request);
      long runs = faults.calls(FaultSite.RUN) - before;
      for (long run = 1; run <= runs; run++) {
        long poisoned = faults.poisoned();
        faults.poisonAt(run);
        try {
          assertThat(TinyVideos.frames(engine, request))
              .as("run %d of %d", run, runs)
              .isEqualTo(expected);
        } catch (NumericException e) {
          assertThat(e.code()).isEqualTo("NUMERIC_NON_FINITE");
          assertThat(e).hasMessageMatching("(?s).*(section|frames|step) \\d.*");
          assertThat(faults.poisoned()).isEqualTo(poisoned + 1);
        }
        assertThat(backend.memory().bytes()).isEqualTo(baseline);
      }
      assertThat(faults.poisoned()).as("programs with floating results").isGreaterThan(5);
      assertThat(TinyVideos.frames(engine, request)).isEqualTo(expected);
    }
  }

  private static VideoRequest request(int sections) {
    VideoRequest.Builder request = TinyVideos.request();
    if (sections > 1) {
      request.seconds(0.13 * sections).steps(3).teaCache(0.15);
    }
    assertThat(request.build().sections()).isEqualTo(sections);
    return request.build();
  }
}
