package dev.framepack.bench.kit;

import dev.framepack.bench.device.BenchScale;
import dev.framepack.bench.device.KernelBench;
import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.conformance.Conformance;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.conformance.OpCases;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * cuBLASLt where it is installed: whether it passes the cases of Linear, and own products beside
 * its own, in turns.
 */
final class LibraryStage implements KitStage {
  private static final String LIBRARY = "cublaslt";

  @Override
  public String name() {
    return LIBRARY;
  }

  @Override
  public int limitSeconds() {
    return 60;
  }

  @Override
  public boolean isInPieces() {
    return true;
  }

  @Override
  public void run(KitContext context) {
    // The device stays the context's.
    Device device = new PortableDevice(context.backend().device());
    try (GpuBackend library =
        new GpuBackend("cuda+" + LIBRARY, device, device.matrixLibrary(LIBRARY))) {
      if (!context.isNative()) {
        conformance(context, library);
      }
      compare(context, library);
    } catch (DeviceUnavailableException e) {
      context.row(name(), LIBRARY, Verdict.SKIP, KitRun.error(e));
    }
  }

  private void conformance(KitContext context, GpuBackend library) {
    int passed = 0;
    int failed = 0;
    try (ReferenceBackend reference = new ReferenceBackend(1)) {
      Conformance conformance = new Conformance(reference);
      for (DType dtype : List.of(DType.F32, DType.BF16, DType.F16)) {
        for (OpCase entry : OpCases.all(dtype)) {
          if (entry.op() instanceof Linear
              && !context.isLate()
              && context.begins(name(), "case " + entry)) {
            Conformance.Verdict verdict = conformance.check(library, entry);
            if (verdict.passed()) {
              passed++;
            } else {
              failed++;
              context.row(name(), entry.toString(), Verdict.FAIL, Map.of("found", verdict));
            }
          }
        }
      }
    }
    context.row(
        name(),
        "cases of linear",
        failed == 0 ? Verdict.PASS : Verdict.FAIL,
        Map.of("passed", passed, "failed", failed));
  }

  private void compare(KitContext context, GpuBackend library) {
    BenchScale scale = context.small() ? BenchScale.SMALL : BenchScale.FULL;
    try (KernelBench own = new KernelBench(context.backend());
        KernelBench other = new KernelBench(library)) {
      for (OpCase entry : KernelBench.cases(scale)) {
        if (entry.op() instanceof Linear
            && !context.isLate()
            && context.begins(name(), "time " + entry)) {
          compare(context, own, other, entry);
        }
      }
    }
  }

  private void compare(KitContext context, KernelBench own, KernelBench other, OpCase entry) {
    try {
      KernelBench.Row before = own.run(entry);
      KernelBench.Row theirs = other.run(entry);
      KernelBench.Row after = own.run(entry);
      double ours = Math.min(before.quantile(0.5), after.quantile(0.5));
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("ms", KitRun.rounded(ours));
      figures.put(LIBRARY + " ms", KitRun.rounded(theirs.quantile(0.5)));
      figures.put("TFLOP/s", KitRun.rounded(before.cost().flops() / (ours * 1e9)));
      figures.put(LIBRARY + " TFLOP/s", KitRun.rounded(theirs.teraflops()));
      figures.put("percentOfLibrary", KitRun.rounded(100 * theirs.quantile(0.5) / ours));
      figures.put("case", entry.toString());
      context.row(name(), String.join("+", before.kernels()), Verdict.INFO, figures);
    } catch (DeviceException e) {
      throw e;
    } catch (KernelException e) {
      context.row(name(), entry.toString(), Verdict.FAIL, KitRun.error(e));
    }
  }
}
