package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Normal values made on the device, for measurements: no operation of the graph. */
public final class RandomNormal {
  private static final int THREADS = 256;
  private static final int BLOCKS_PER_MULTIPROCESSOR = 8;

  private RandomNormal() {}

  static List<PtxKernel> kernels() {
    return Stream.of(DType.F32, DType.BF16, DType.F16).map(RandomNormal::kernel).toList();
  }

  private static PtxKernel kernel(DType dtype) {
    String type = dtype.name().toLowerCase(Locale.ROOT);
    return PtxKernel.of("random_normal_" + type, "random_normal", THREADS, Map.of("T", type));
  }

  /** Fills a floating tensor with normal values of this deviation: the same for the same seed. */
  public static void launch(LaunchPlan plan, Tensor target, int seed, float deviation) {
    long count = target.shape().elementCount();
    if (count == 0) {
      return;
    }
    long blocks =
        Math.min(
            Math.ceilDiv(count, THREADS),
            (long) plan.device().multiprocessors() * BLOCKS_PER_MULTIPROCESSOR);
    plan.launch(
        kernel(target.dtype()),
        Dim3.of(blocks),
        plan.write(target),
        KernelArgument.int32(count),
        KernelArgument.int32(seed),
        KernelArgument.float32(deviation));
  }
}
