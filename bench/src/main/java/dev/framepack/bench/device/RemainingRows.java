package dev.framepack.bench.device;

import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.conformance.OpCases;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rows for kernels that no model's shape reaches (odd rows, unaligned channels): the largest case
 * of the conformance table that launches each, so that no kernel goes unmeasured.
 */
public final class RemainingRows {
  private RemainingRows() {}

  /** Cases beyond those of {@code scales} that a device serves by kernels not yet among them. */
  public static List<OpCase> of(DeviceInfo device, List<BenchScale> scales) {
    List<OpCase> rows = new ArrayList<>();
    try (GpuBackend planning = new GpuBackend("plan", new RecordingDevice(device))) {
      Set<String> measured = new HashSet<>();
      for (BenchScale scale : scales) {
        for (OpCase entry : KernelBench.cases(scale)) {
          measured.addAll(KernelBench.kernels(planning, entry));
        }
      }
      Stream.of(DType.F32, DType.BF16, DType.F16)
          .flatMap(dtype -> OpCases.all(dtype).stream())
          .filter(entry -> entry.outputType().shape().elementCount() > 0)
          .sorted(Comparator.comparingLong(RemainingRows::bytes).reversed())
          .forEach(entry -> {
            if (measured.addAll(KernelBench.kernels(planning, entry))) {
              rows.add(entry);
            }
          });
    }
    return rows;
  }

  private static long bytes(OpCase entry) {
    return entry.op().cost(entry.inputTypes()).bytes();
  }
}
