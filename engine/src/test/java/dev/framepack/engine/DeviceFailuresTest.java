package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceOutOfMemoryException;
import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import org.junit.jupiter.api.Test;

/** Each failure of a device is one of the engine's own, with its code and remedy. */
final class DeviceFailuresTest {

  @Test
  void noDeviceIsANativeLoadFailure() {
    RuntimeException failure =
        DeviceFailures.translate(new DeviceUnavailableException("no NVIDIA driver"));
    assertThat(failure).isInstanceOf(NativeLoadException.class);
    assertThat(failure).hasMessageContainingAll("DEVICE_UNAVAILABLE", "driver", "probe");
  }

  @Test
  void memoryAndFaultsAreFoundBelowTheOperationThatMetThem() {
    DeviceOutOfMemoryException full = new DeviceOutOfMemoryException("scratch needs 5 bytes");
    assertThat(DeviceFailures.translate(new KernelException("linear at x", full)))
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessageContaining("scratch needs 5 bytes");
    KernelException fault =
        new KernelException("linear at x", new DeviceException("ILLEGAL_ADDRESS (700)", true));
    assertThat(DeviceFailures.isFinal(fault)).isTrue();
    assertThat(DeviceFailures.translate(fault))
        .isInstanceOf(DeviceFaultException.class)
        .hasMessageContainingAll("ILLEGAL_ADDRESS (700)", "restart the process")
        .hasRootCauseInstanceOf(DeviceException.class)
        .cause()
        .hasMessageContaining("linear at x");
    assertThat(DeviceFailures.isFinal(new DeviceException("launch refused", false))).isFalse();
  }

  @Test
  void otherKernelFailuresAreFaultsOfTheBackend() {
    KernelException shape = new KernelException("linear: wrong shape");
    assertThat(DeviceFailures.translate(shape))
        .isInstanceOf(DeviceFaultException.class)
        .hasMessageContainingAll("BACKEND", "linear: wrong shape")
        .hasCause(shape);
    assertThat(DeviceFailures.isFinal(shape)).isFalse();
  }

  @Test
  void aBackendThatCannotBeOpenedIsANativeLoadFailure() {
    KernelException module = new KernelException("cpu-vector: the Vector API module is not loaded");
    assertThat(DeviceFailures.unavailable(module))
        .isInstanceOf(NativeLoadException.class)
        .hasMessageContainingAll("BACKEND_UNAVAILABLE", "Vector API", "probe");
  }
}
