package dev.framepack.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.gpu.launch.Launchers;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The catalogue of kernels against the rows of the device benchmark. */
class BenchRowsTest {
  /**
   * Not what runs outside programs (makes operands of measurements, packs weights once per model)
   * or after a vendor's library, which a recording device has not.
   */
  private static boolean isTimed(String kernel) {
    return !kernel.startsWith("random_normal")
        && !kernel.startsWith("linear_finish")
        && !kernel.contains("_pack");
  }

  @Test
  void everyKernelOfTheCatalogueIsMeasured() {
    List<BenchScale> scales = List.of(BenchScale.FULL, BenchScale.SMALL);
    Set<String> measured = new HashSet<>();
    for (RecordingDevice device :
        List.of(RecordingDevice.of(80, false), RecordingDevice.of(90, true))) {
      try (GpuBackend backend = new GpuBackend("recording", device)) {
        List<OpCase> rows = new ArrayList<>(RemainingRows.of(device.info(), scales));
        scales.forEach(scale -> rows.addAll(KernelBench.cases(scale)));
        rows.forEach(entry -> measured.addAll(KernelBench.kernels(backend, entry)));
      }
    }
    Set<String> missing = new TreeSet<>();
    for (PtxKernel kernel : Launchers.kernels()) {
      if (isTimed(kernel.name()) && !measured.contains(kernel.name())) {
        missing.add(kernel.name());
      }
    }
    assertThat(missing).as("kernels without a row").isEmpty();
  }

  @Test
  void everyRowHasAnOperationThatFitsItsTypes() {
    List<OpCase> cases = new ArrayList<>(KernelBench.cases(BenchScale.FULL));
    cases.addAll(KernelBench.cases(BenchScale.SMALL));
    assertThat(cases)
        .hasSizeGreaterThan(100)
        .allSatisfy(entry -> assertThat(entry.outputType().byteSize()).isPositive());
  }
}
