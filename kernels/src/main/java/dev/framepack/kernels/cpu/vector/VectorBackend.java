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
import dev.framepack.kernels.op.Dequantize;
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
import dev.framepack.kernels.op.UpsampleConv3d;
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
    return "%s, %s threads".formatted(arithmetic(), context.parallel().threads());
  }

  @Override
  public String arithmetic() {
    return "Vector API, %s-bit vectors".formatted(VectorSupport.SPECIES.vectorBitSize());
  }

  @Override
  public Executable prepare(List<OpCall> program) {
    Executable executable;
    running.lock(); // binding may replace scratch that a running kernel uses
    try {
      executable = super.prepare(program);
    } finally {
      running.unlock();
    }
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
      case Linear _ -> LinearKernel.bind(call, context);
      case Attention op -> new AttentionKernel(op, call, context);
      case LayerNorm op -> LayerNormKernel.layerNorm(op.eps(), call, context);
      case Modulate _ -> ModulationKernels.modulate(call, context);
      case LayerNormModulate op -> LayerNormKernel.layerNormModulate(op.eps(), call, context);
      case RmsNorm op -> HeadKernels.rmsNorm(op, call, context);
      case RotaryEmbedding op -> HeadKernels.rotary(op, call, context);
      case RmsNormRotary op -> HeadKernels.rmsNormRotary(op, call, context);
      case Activate op -> ElementwiseKernels.activate(op, call, context);
      case Add _ -> ElementwiseKernels.add(call, context);
      case GatedResidual _ -> ModulationKernels.gatedResidual(call, context);
      case SwiGlu _ -> ElementwiseKernels.swiGlu(call, context);
      case Affine op -> ElementwiseKernels.affine(op, call, context);
      case LinearCombination _ -> ElementwiseKernels.linearCombination(call, context);
      case Cast _ -> LookupKernels.cast(call, context);
      case Dequantize op -> DequantizeKernel.bind(op, call, context);
      case Embedding _ -> LookupKernels.embedding(call, context);
      case TimestepEmbedding op -> LookupKernels.timestepEmbedding(op, call, context);
      case MaskedMean _ -> ReductionKernels.maskedMean(call, context);
      case GuidanceRescale _ -> ReductionKernels.guidanceRescale(call, context);
      case RelativeL1 _ -> ReductionKernels.relativeL1(call, context);
      case CausalConv3d op -> new CausalConv3dKernel(op, call, context);
      case UpsampleConv3d op -> new UpsampleConv3dKernel(op, call, context);
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

  @Override
  protected void release() {
    context.parallel().close();
    context.workspace().clear();
  }

  @Override
  protected long kernelBytes() {
    return context.workspace().bytes();
  }
}
