package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.kernels.fault.Fault;
import dev.framepack.kernels.fault.FaultSite;
import dev.framepack.kernels.fault.Faults;
import dev.framepack.kernels.fault.FaultyDevice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The driver's failures, on a device that gives its codes at chosen calls: those that leave the
 * device usable end a job, those that lose it end the engine and nothing else.
 */
final class DeviceFaultTest {
  private static final int OUT_OF_MEMORY = 2;

  /** Every allocation of a job fails in turn; some are followed by a whole job. */
  @Test
  void aJobFailsAtEveryAllocationAndTheNextIsRight() {
    Faults faults = new Faults();
    FaultyDevice device = FaultEngines.device(faults);
    try (FramePackEngine engine = FaultEngines.open(device)) {
      List<Rgb8Image> expected = FaultEngines.frames(engine);
      long baseline = device.memory().bytes();
      long call = 0;
      long injected;
      do {
        injected = faults.injected();
        faults.failAt(FaultSite.ALLOCATE, ++call, Fault.cuda(OUT_OF_MEMORY));
        try {
          // Without a fault there is no such call any more.
          assertThat(FaultEngines.frames(engine)).isEqualTo(expected);
          assertThat(faults.injected()).as("allocation %d", call).isEqualTo(injected);
        } catch (OutOfDeviceMemoryException e) {
          assertThat(e).hasMessageContaining("OUT_OF_MEMORY (2)");
          assertThat(device.memory().bytes()).as("bytes after %d", call).isEqualTo(baseline);
        }
      } while (faults.injected() > injected);
      faults.disarm();
      assertThat(call).as("allocations of a job").isGreaterThan(5);
      assertThat(device.memory().bytes()).isEqualTo(baseline);
    }
    assertThat(device.memory().bytes()).as("bytes after closing").isZero();
  }

  @Test
  void openingFailsAtEveryAllocationAndLeavesNothing() {
    Faults counting = new Faults();
    FaultEngines.open(FaultEngines.device(counting)).close();
    long calls = counting.calls(FaultSite.ALLOCATE);
    for (long call = 1; call <= calls; call++) {
      Faults faults = new Faults();
      faults.failAt(FaultSite.ALLOCATE, call, Fault.cuda(OUT_OF_MEMORY));
      FaultyDevice device = FaultEngines.device(faults);
      assertThatThrownBy(() -> FaultEngines.open(device))
          .as("allocation %d of %d", call, calls)
          .isInstanceOf(OutOfDeviceMemoryException.class)
          .hasMessageContaining("OUT_OF_MEMORY (2)");
      assertThat(device.memory().bytes()).as("bytes after %d", call).isZero();
    }
  }

  @Test
  void aRefusedCallEndsTheJobAndNotTheEngine() {
    Faults faults = new Faults();
    FaultyDevice device = FaultEngines.device(faults);
    try (FramePackEngine engine = FaultEngines.open(device)) {
      List<Rgb8Image> expected = FaultEngines.frames(engine);
      long baseline = device.memory().bytes();
      refuse(engine, faults, FaultSite.RUN, 701, "LAUNCH_OUT_OF_RESOURCES (701)");
      refuse(engine, faults, FaultSite.RUN, 1, "INVALID_VALUE (1)");
      refuse(engine, faults, FaultSite.PREPARE, 801, "NOT_SUPPORTED (801)");
      refuse(engine, faults, FaultSite.DOWNLOAD, 1, "INVALID_VALUE (1)");
      assertThat(device.memory().bytes()).isEqualTo(baseline);
      assertThat(FaultEngines.frames(engine)).isEqualTo(expected);
    }
    assertThat(device.memory().bytes()).isZero();
  }

  private static void refuse(
      FramePackEngine engine, Faults faults, FaultSite site, int code, String text) {
    faults.failAt(site, 3, Fault.cuda(code));
    assertThatThrownBy(() -> FaultEngines.frames(engine))
        .isInstanceOf(DeviceFaultException.class)
        .hasMessageContaining(text);
  }

  @Test
  void aRefusedLaunchNamesKernelGridAndBlock() {
    Faults faults = new Faults();
    try (FramePackEngine engine = FaultEngines.open(FaultEngines.device(faults))) {
      faults.failAt(FaultSite.RUN, 2, Fault.cuda(701));
      assertThatThrownBy(() -> FaultEngines.frames(engine))
          .hasMessageMatching("(?s).*launches from [a-z0-9_]+, .*grid .*, block .*\\(701\\).*");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {209, 218, 222})
  void aKernelThatTheDriverRefusesIsNamed(int code) {
    Faults faults = new Faults();
    FaultyDevice device = FaultEngines.device(faults);
    try (FramePackEngine engine = FaultEngines.open(device)) {
      faults.failAt(FaultSite.LOAD, 2, Fault.cuda(code));
      assertThatThrownBy(() -> FaultEngines.frames(engine))
          .isInstanceOf(DeviceFaultException.class)
          .hasMessageContaining("cuModuleLoadDataEx")
          .hasMessageContaining("(" + code + ")");
      // It is asked for again, so the next job may find it.
      assertThatThrownBy(
              () -> {
                faults.failAt(FaultSite.LOAD, 1, Fault.cuda(code));
                FaultEngines.frames(engine);
              })
          .isInstanceOf(DeviceFaultException.class);
    }
    assertThat(device.memory().bytes()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "RUN, 700",
    "SYNCHRONIZE, 702",
    "SYNCHRONIZE, 714",
    "SYNCHRONIZE, 715",
    "SYNCHRONIZE, 716",
    "SYNCHRONIZE, 717",
    "SYNCHRONIZE, 718",
    "SYNCHRONIZE, 719",
    "DOWNLOAD, 700",
    "UPLOAD, 719",
    "ALLOCATE, 700"
  })
  void aLostDeviceEndsTheEngineAndNothingElse(FaultSite site, int code) {
    Faults faults = new Faults();
    FaultyDevice device = FaultEngines.device(faults);
    FramePackEngine engine = FaultEngines.open(device);
    faults.failAt(site, 2, Fault.cuda(code));
    assertThatThrownBy(() -> FaultEngines.frames(engine))
        .isInstanceOf(DeviceFaultException.class)
        .hasMessageContaining("(" + code + ")")
        .hasMessageContaining("restart");
    assertThatThrownBy(() -> FaultEngines.frames(engine))
        .isInstanceOf(EngineDeadException.class)
        .hasMessageContaining("(" + code + ")");
    engine.close();
    assertThat(device.memory().bytes()).as("bytes after closing").isZero();
  }

  @Test
  void besideALostDeviceTheProcessorGoesOn() {
    Faults faults = new Faults();
    try (FramePackEngine lost = FaultEngines.open(FaultEngines.device(faults));
        FramePackEngine other = FaultEngines.open(FaultEngines.host(new Faults()))) {
      List<Rgb8Image> expected = FaultEngines.frames(other);
      faults.failAt(FaultSite.RUN, 1, Fault.cuda(700));
      assertThatThrownBy(() -> FaultEngines.frames(lost)).isInstanceOf(DeviceFaultException.class);
      assertThat(FaultEngines.frames(other)).isEqualTo(expected);
    }
  }
}
