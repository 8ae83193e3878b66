package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.kernels.tensor.Tensor;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code dequantize_FORMAT.ptx}, one file a format. */
final class DequantizeLauncher implements Launcher {
  private static final int THREADS = 256;
  private static final Map<QuantFormat, TypedKernel> KERNELS = new EnumMap<>(QuantFormat.class);

  static {
    for (QuantFormat format : QuantFormat.values()) {
      String name = "dequantize_" + format.id();
      KERNELS.put(format, TypedKernel.of(name, name, THREADS, Map.of()));
    }
  }

  @Override
  public List<PtxKernel> kernels() {
    return KERNELS.values().stream().flatMap(typed -> typed.all().stream()).toList();
  }

  /** Four elements at a time where both sides begin on 16 bytes: rows are multiples of four. */
  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Tensor y = call.output(); // [N, K]
    long elements = y.shape().elementCount();
    if (elements == 0) {
      return;
    }
    QuantFormat format = ((Dequantize) call.op()).format();
    PtxKernel kernel = Objects.requireNonNull(KERNELS.get(format)).of(y.dtype());
    long quads = Extents.aligned(call, plan) ? elements / 4 : 0;
    plan.launch(
        kernel,
        Extents.strided(plan, kernel, Math.max(quads, elements - 4 * quads)),
        plan.read(call.input(0)),
        plan.write(y),
        Extents.count("quads", quads),
        Extents.count("elements", elements),
        Extents.count("columns", y.shape().dim(1)));
  }
}
