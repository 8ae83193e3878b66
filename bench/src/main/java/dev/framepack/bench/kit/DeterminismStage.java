package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.conformance.CaseRunner;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.conformance.OpCases;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The largest case of every operation in every type, many times: the same bits. */
final class DeterminismStage implements KitStage {
  private static final int LAUNCHES = 50;
  private static final int SMALL_LAUNCHES = 3;

  @Override
  public String name() {
    return "determinism";
  }

  @Override
  public boolean isInPieces() {
    return true;
  }

  @Override
  public int limitSeconds() {
    return 40;
  }

  @Override
  public void run(KitContext context) {
    Map<String, OpCase> largest = new LinkedHashMap<>();
    for (DType dtype : List.of(DType.F32, DType.BF16, DType.F16)) {
      for (OpCase entry : OpCases.all(dtype)) {
        largest.merge(
            entry.op().name() + " " + dtype, entry, (a, b) -> bytes(a) >= bytes(b) ? a : b);
      }
    }
    int launches = context.small() ? SMALL_LAUNCHES : LAUNCHES;
    for (Map.Entry<String, OpCase> candidate : largest.entrySet()) {
      if (context.isLate()) {
        context.row(name(), "the rest", Verdict.SKIP, Map.of());
        return;
      }
      if (!context.begins(name(), candidate.getKey())) {
        continue;
      }
      check(context, candidate.getKey(), candidate.getValue(), launches);
    }
  }

  private void check(KitContext context, String key, OpCase entry, int launches) {
    try {
      int differing = differing(context, entry, launches);
      context.row(
          name(),
          key,
          differing == 0 ? Verdict.PASS : Verdict.FAIL,
          Map.of("launches", launches, "differing", differing, "case", entry.toString()));
    } catch (DeviceException e) {
      if (e.isSticky()) {
        throw e;
      }
      context.row(name(), key, Verdict.FAIL, KitRun.error(e));
    } catch (KernelException e) {
      context.row(name(), key, Verdict.FAIL, KitRun.error(e));
    }
  }

  private static int differing(KitContext context, OpCase entry, int launches) {
    try (CaseRunner runner = new CaseRunner(context.backend(), entry)) {
      MemorySegment first = runner.run();
      int differing = 0;
      for (int i = 1; i < launches; i++) {
        differing += first.mismatch(runner.run()) < 0 ? 0 : 1;
      }
      return differing;
    }
  }

  private static long bytes(OpCase entry) {
    return entry.outputType().byteSize();
  }
}
