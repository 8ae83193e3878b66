package dev.framepack.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.conformance.OpCases;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.gpu.launch.Launchers;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The catalogue of kernels against the table of conformance cases. */
class ConformanceRowsTest {
  /** Makes the operands of measurements, or follows a vendor's library, which no case asks for. */
  private static boolean isLaunchedByOperations(String kernel) {
    return !kernel.startsWith("random_normal") && !kernel.startsWith("linear_finish");
  }

  @Test
  void everyKernelIsLaunchedBySomeCase() {
    Set<String> missing = new TreeSet<>();
    for (PtxKernel kernel : Launchers.kernels()) {
      if (isLaunchedByOperations(kernel.name())) {
        missing.add(kernel.name());
      }
    }
    for (GpuBackend backend :
        List.of(
            new GpuBackend("ampere", RecordingDevice.of(80, false)),
            new GpuBackend("hopper", RecordingDevice.of(90, true)))) {
      try (backend) {
        for (OpCase entry : OpCases.everyType()) {
          missing.removeAll(KernelBench.kernels(backend, entry));
        }
        missing.removeAll(backend.launchCounts().keySet());
      }
    }
    assertThat(missing).as("kernels no case launches").isEmpty();
  }
}
