package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.tensor.Tensor;
import java.util.stream.Stream;

/** Counts, alignments and grids that launchers share. */
final class Extents {
  /** Bytes of the widest load or store of one thread. */
  static final int VECTOR_BYTES = 16;

  private static final int THREADS_PER_MULTIPROCESSOR = 2048;

  /** A grid-stride index steps past the end once: it must still fit 32 bits there. */
  private static final long MOST = 0xFF00_0000L;

  private Extents() {}

  /** An unsigned 32-bit count; kernels index with those. */
  static KernelArgument count(String what, long value) {
    if (value < 0 || value > MOST) {
      throw new KernelException(
          "%s must be at most %s for a 32-bit index, found %s; split the tensor"
              .formatted(what, MOST, value));
    }
    return new KernelArgument.Int32((int) value);
  }

  /** Blocks for a grid-stride loop: one per tile, at most what the device holds at once. */
  static Dim3 strided(LaunchPlan plan, PtxKernel kernel, long items) {
    long blocks = Math.ceilDiv(items, kernel.threads());
    return Dim3.of(Math.clamp(blocks, 1, resident(plan, kernel)));
  }

  /** Blocks for one item per thread. */
  static Dim3 blocks(PtxKernel kernel, long items) {
    return Dim3.of(Math.ceilDiv(items, kernel.threads()));
  }

  /** Blocks of a kernel that fill the device when registers and shared memory do not limit. */
  static int resident(LaunchPlan plan, PtxKernel kernel) {
    return plan.device().multiprocessors() * (THREADS_PER_MULTIPROCESSOR / kernel.threads());
  }

  /** The output as an argument: written, or read and written where it lies over an input. */
  static KernelArgument output(OpCall call, LaunchPlan plan) {
    long address = plan.address(call.output());
    boolean inPlace =
        call.inputs().stream()
            .anyMatch(input -> plan.address(input) == address && input.byteSize() > 0);
    return inPlace ? plan.readWrite(call.output()) : plan.write(call.output());
  }

  /** True when every operand begins where 16-byte accesses may. */
  static boolean aligned(OpCall call, LaunchPlan plan) {
    return Stream.concat(call.inputs().stream(), Stream.of(call.output()))
        .allMatch(tensor -> plan.address(tensor) % VECTOR_BYTES == 0);
  }

  /** Whole 16-byte vectors of the output, or 0 when an operand is not aligned. */
  static long vectors(OpCall call, LaunchPlan plan) {
    Tensor y = call.output();
    return aligned(call, plan) ? y.shape().elementCount() / vector(y) : 0;
  }

  /** Elements of one 16-byte vector. */
  static int vector(Tensor tensor) {
    return VECTOR_BYTES / tensor.dtype().byteSize();
  }
}
