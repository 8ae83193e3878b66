package dev.framepack.kernels.gpu.launch;

import static dev.framepack.kernels.gpu.device.KernelArgument.float32;
import static dev.framepack.kernels.gpu.device.KernelArgument.int32;
import static dev.framepack.kernels.gpu.device.KernelArgument.int64;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.gpu.ptx.PtxTemplate;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@link Attention}: tensor cores for 16-bit operands whose rows are whole 16-byte chunks, float32
 * arithmetic for everything else.
 */
final class AttentionLauncher implements Launcher {
  private static final int THREADS = 128;
  private static final int[] SIMT_HEAD_SIZES = {16, 32, 64, 128, 256, 512};
  private static final int[] MMA_HEAD_SIZES = {16, 32, 64, 80, 128, 256};

  /** A kernel and the queries one of its blocks takes. */
  private record Choice(PtxKernel kernel, int rows) {}

  @Override
  public List<PtxKernel> kernels() {
    List<PtxKernel> kernels = new ArrayList<>();
    for (DType dtype : List.of(DType.F32, DType.BF16, DType.F16)) {
      for (int size : SIMT_HEAD_SIZES) {
        kernels.add(kernel(dtype, "simt", size));
      }
      if (dtype != DType.F32) {
        for (int size : MMA_HEAD_SIZES) {
          kernels.add(kernel(dtype, "mma", size));
        }
        kernels.add(wgmma(dtype, 64));
        kernels.add(wgmma(dtype, 128));
      }
    }
    return kernels;
  }

  static PtxKernel wgmma(DType dtype, int headSize) {
    String type = dtype.name().toLowerCase(Locale.ROOT);
    return new PtxKernel(
        "attention_%s_sm90a_d%d".formatted(type, headSize),
        "attention_wgmma",
        PtxKernel.Arch.SM_90A,
        384,
        Map.of("T", type, "D", headSize));
  }

  private static PtxKernel kernel(DType dtype, String path, int headSize) {
    String type = dtype.name().toLowerCase(Locale.ROOT);
    return PtxKernel.of(
        "attention_%s_%s_d%d".formatted(type, path, headSize),
        "attention_" + path,
        THREADS,
        Map.of("T", type, "D", headSize));
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Attention op = (Attention) call.op();
    Shape q = call.input(0).shape();
    if (q.elementCount() == 0) {
      return;
    }
    Choice choice = choose(call.input(0).dtype(), q.size(3), op.scale());
    plan.launch(
        choice.kernel,
        new Dim3(Math.ceilDiv(q.size(1), choice.rows), q.size(2), q.size(0)),
        PtxTemplate.expand(choice.kernel).sharedBytes(),
        arguments(op, call, plan));
  }

  /**
   * Tensor cores when q, k and v have 16 bits, a head's row is whole 16-byte chunks of at most 512
   * bytes, and the scale is positive (the kernel takes it out of the maximum).
   */
  private static Choice choose(DType dtype, int depth, float scale) {
    boolean chunks = depth % 8 == 0 && depth <= 256;
    if (dtype != DType.F32 && chunks && scale >= Float.MIN_NORMAL) {
      int size = headSize(MMA_HEAD_SIZES, depth);
      return new Choice(kernel(dtype, "mma", size), size <= 128 ? 128 : 64);
    }
    int size = headSize(SIMT_HEAD_SIZES, depth);
    return new Choice(kernel(dtype, "simt", size), size <= 128 ? 64 : 32);
  }

  private static int headSize(int[] sizes, int depth) {
    for (int size : sizes) {
      if (depth <= size) {
        return size;
      }
    }
    throw new KernelException(
        "attention: no kernel for heads of %d, the most is %d"
            .formatted(depth, sizes[sizes.length - 1]));
  }

  private static KernelArgument[] arguments(Attention op, OpCall call, LaunchPlan plan) {
    Shape q = call.input(0).shape();
    Shape k = call.input(1).shape();
    return new KernelArgument[] {
      plan.read(call.input(0)),
      plan.read(call.input(1)),
      plan.read(call.input(2)),
      op.hasKeyMask() ? plan.read(call.input(3)) : int64(0),
      plan.write(call.output()),
      int32(q.dim(1)),
      int32(k.dim(1)),
      int32(q.dim(2)),
      int32(k.dim(2)),
      int32(q.dim(3)),
      int32(period(op)),
      int32(op.mask() == Attention.Mask.PAIRWISE_PADDING ? 1 : 0),
      float32(op.scale() == 0 ? 1 : Math.abs(op.scale())),
      float32(Math.signum(op.scale()))
    };
  }

  private static int period(Attention op) {
    return switch (op.mask()) {
      case NONE, KEY_PADDING, PAIRWISE_PADDING -> 0;
      case CAUSAL -> 1;
      case FRAME_CAUSAL -> op.tokensPerFrame();
    };
  }
}
