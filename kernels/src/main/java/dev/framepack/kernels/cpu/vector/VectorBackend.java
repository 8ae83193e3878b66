package dev.framepack.kernels.cpu.vector;

import dev.framepack.kernels.Executable;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.cpu.CpuBackend;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Affine;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.op.FramesToRgb8;
import dev.framepack.kernels.op.GatedResidual;
import dev.framepack.kernels.op.GaussianSample;
import dev.framepack.kernels.op.GroupNorm;
import dev.framepack.kernels.op.GuidanceRescale;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.LayerNormModulate;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.op.LinearCombination;
import dev.framepack.kernels.op.MaskedMean;
import dev.framepack.kernels.op.Modulate;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.op.RmsNormRotary;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.op.SwiGlu;
import dev.framepack.kernels.op.TimestepEmbedding;
import dev.framepack.kernels.op.Unpatchify;
import dev.framepack.kernels.op.UpsampleNearest3d;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The fast CPU backend: the JDK's Vector API and a fixed set of threads. Results are bit-identical
 * for any number of threads. Programs prepared by one backend run one at a time.
 */
public final class VectorBackend extends CpuBackend {
  private final KernelContext context;
  private final ReentrantLock running = new ReentrantLock();

  /**
   * @param threads threads that compute, the calling one included
   * @throws KernelException when the JVM runs without the Vector API module
   */
  public VectorBackend(int threads) {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      throw new KernelException(
          "cpu-vector: the Vector API module is not loaded; start java with"
              + " --add-modules=jdk.incubator.vector");
    }
    context = new KernelContext(new ParallelFor(threads), new Workspace(threads));
  }

  @Override
  public String name() {
    return "cpu-vector";
  }

  @Override
  public String description() {
    return "Vector API, %d-bit vectors, %d threads"
        .formatted(VectorSupport.SPECIES.vectorBitSize(), context.parallel().threads());
  }

  @Override
  public Executable prepare(List<OpCall> program) {
    Executable executable = super.prepare(program);
    return () -> {
      running.lock();
      try {
        executable.run();
      } finally {
        running.unlock();
      }
    };
  }

  @Override
  protected Runnable bind(OpCall call) {
    return switch (call.op()) {
      case Linear op -> pending(call);
      case Attention op -> pending(call);
      case LayerNorm op -> pending(call);
      case Modulate op -> pending(call);
      case LayerNormModulate op -> pending(call);
      case RmsNorm op -> pending(call);
      case RotaryEmbedding op -> pending(call);
      case RmsNormRotary op -> pending(call);
      case Activate op -> pending(call);
      case Add op -> pending(call);
      case GatedResidual op -> pending(call);
      case SwiGlu op -> pending(call);
      case Affine op -> pending(call);
      case LinearCombination op -> pending(call);
      case Cast op -> pending(call);
      case Embedding op -> pending(call);
      case TimestepEmbedding op -> pending(call);
      case MaskedMean op -> pending(call);
      case GuidanceRescale op -> pending(call);
      case RelativeL1 op -> pending(call);
      case CausalConv3d op -> new CausalConv3dKernel(op, call, context);
      case UpsampleNearest3d op -> PatchKernels.upsample(op, call, context);
      case Patchify op -> PatchKernels.patchify(op, call, context);
      case Unpatchify op -> PatchKernels.unpatchify(op, call, context);
      case GroupNorm op -> new GroupNormKernel(op, call, context);
      case Concat op -> CopyKernels.concat(op, call, context);
      case Slice op -> CopyKernels.slice(op, call, context);
      case Permute op -> CopyKernels.permute(op, call, context);
      case Crossfade op -> FrameKernels.crossfade(op, call, context);
      case GaussianSample op -> FrameKernels.gaussianSample(call, context);
      case FramesToRgb8 op -> FrameKernels.framesToRgb8(op, call, context);
    };
  }

  private static Runnable pending(OpCall call) {
    throw new KernelException("cpu-vector: has no kernel for " + call.op().name());
  }

  @Override
  protected void release() {
    context.parallel().close();
  }

  @Override
  public long workspaceBytes() {
    return context.workspace().bytes();
  }
}
