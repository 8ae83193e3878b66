package dev.framepack.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import org.junit.jupiter.api.Test;

class CudaProbeTest {

  @Test
  void withoutADriverItIsASentenceThatNamesTheLibrary() {
    assumeFalse(DynamicLibrary.load(CudaDriver.LIBRARY).loads(), "this machine has a driver");
    CudaProbe probe = CudaProbe.run();
    assertFalse(probe.usable());
    assertTrue(probe.devices().isEmpty());
    assertFalse(CudaProbe.usable(0));
    String message =
        String.valueOf(
            assertThrows(DeviceUnavailableException.class, () -> CudaDevice.open(0)).getMessage());
    assertEquals(message, probe.driver());
    assertTrue(message.startsWith("no NVIDIA driver: libcuda.so.1: cannot open"), message);
    assertEquals(1, message.lines().count());
    assertFalse(message.contains("\tat ") || message.contains("Exception"), message);
  }

  @Test
  void everyOptionalLibraryIsNamedWithItsReason() {
    CudaProbe probe = assertDoesNotThrow(CudaProbe::run);
    assertEquals(VendorLibrary.all().size(), probe.libraries().size());
    for (CudaProbe.LibraryFinding library : probe.libraries()) {
      if (library.loads()) {
        assertEquals("loads", library.finding());
      } else {
        assertTrue(library.finding().contains(library.name()), library.finding());
      }
    }
  }

  @Test
  void theLoadersReasonIsTold() {
    assertTrue(DynamicLibrary.load("libc.so.6").loads());
    String refusal = String.valueOf(DynamicLibrary.load("libframepack-none.so.1").refusal());
    assertTrue(refusal.contains("libframepack-none.so.1: cannot open shared object"), refusal);
  }
}
