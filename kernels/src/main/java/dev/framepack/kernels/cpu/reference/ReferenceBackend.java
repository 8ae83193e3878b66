package dev.framepack.kernels.cpu.reference;

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

/**
 * {@code cpu-reference}: the definition of every operation, slow but plain. Sums run in float64 and
 * each output is rounded once, so its result does not depend on the thread count.
 */
public final class ReferenceBackend extends CpuBackend {
  private final Workers workers;

  /**
   * @param threads threads computing one operation, at least 1
   */
  public ReferenceBackend(int threads) {
    this.workers = new Workers(threads);
  }

  @Override
  public String name() {
    return "cpu-reference";
  }

  @Override
  public String description() {
    return arithmetic() + ", " + workers.threads() + " thread(s)";
  }

  @Override
  public String arithmetic() {
    return "plain Java loops, float64 sums";
  }

  @Override
  protected long kernelBytes() {
    return 0;
  }

  @Override
  protected Runnable bind(OpCall call) {
    return switch (call.op()) {
      case Linear op -> LinearKernel.bind(op, call, workers);
      case Attention op -> AttentionKernel.bind(op, call, workers);
      case CausalConv3d op -> ConvolutionKernel.bind(op, call, workers);
      case UpsampleConv3d op -> ConvolutionKernel.bind(op, call, workers);
      case UpsampleNearest3d op -> Patches.upsample(op, call, workers);
      case Patchify op -> Patches.patchify(op, call, workers);
      case Unpatchify op -> Patches.unpatchify(op, call, workers);
      case LayerNorm op -> Norms.layerNorm(op, call, workers);
      case Modulate _ -> Norms.modulate(call, workers);
      case LayerNormModulate op -> Norms.layerNormModulate(op, call, workers);
      case RmsNorm op -> Norms.rmsNorm(op, call, workers);
      case GroupNorm op -> Norms.groupNorm(op, call, workers);
      case RotaryEmbedding op -> Rotary.rotary(op, call, workers);
      case RmsNormRotary op -> Rotary.rmsNormRotary(op, call, workers);
      case Activate op -> Elementwise.activate(op, call, workers);
      case Add _ -> Elementwise.add(call, workers);
      case GatedResidual _ -> Elementwise.gatedResidual(call, workers);
      case SwiGlu _ -> Elementwise.swiGlu(call, workers);
      case Affine op -> Elementwise.affine(op, call, workers);
      case LinearCombination op -> Elementwise.linearCombination(op, call, workers);
      case Crossfade op -> Elementwise.crossfade(op, call, workers);
      case GaussianSample _ -> Elementwise.gaussianSample(call, workers);
      case Concat op -> Copies.concat(op, call);
      case Slice op -> Copies.slice(op, call);
      case Permute op -> Copies.permute(op, call, workers);
      case Embedding _ -> Copies.embedding(call);
      case Cast _ -> Conversions.cast(call, workers);
      case Dequantize op -> QuantisedValues.dequantize(op, call, workers);
      case FramesToRgb8 op -> Conversions.framesToRgb8(op, call, workers);
      case TimestepEmbedding op -> Conversions.timestepEmbedding(op, call, workers);
      case MaskedMean _ -> Reductions.maskedMean(call, workers);
      case GuidanceRescale _ -> Reductions.guidanceRescale(call, workers);
      case RelativeL1 _ -> Reductions.relativeL1(call);
    };
  }

  @Override
  protected void release() {
    workers.close();
  }
}
