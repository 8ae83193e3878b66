package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
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
import dev.framepack.kernels.op.Op;
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
import java.util.stream.Stream;

/** Which launcher serves which operation: the exhaustive list. */
public final class Launchers {
  private static final Launcher ATTENTION = new AttentionLauncher();
  private static final Launcher POINTWISE = new PointwiseLauncher();
  private static final Launcher BROADCAST = new BroadcastLauncher();
  private static final Launcher CONVERSION = new ConversionLauncher();
  private static final Launcher DEQUANTIZE = new DequantizeLauncher();
  private static final Launcher LINEAR_COMBINATION = new LinearCombinationLauncher();
  private static final Launcher ROW_NORM = new RowNormLauncher();
  private static final Launcher ROTARY = new RotaryLauncher();
  private static final Launcher CONCAT_SLICE = new ConcatSliceLauncher();
  private static final Launcher PERMUTE = new PermuteLauncher();
  private static final Launcher EMBEDDING = new EmbeddingLauncher();
  private static final Launcher LINEAR = new LinearLauncher();
  private static final Launcher CONVOLUTION = new ConvolutionLauncher();
  private static final Launcher GROUP_NORM = new GroupNormLauncher();
  private static final Launcher PATCH = new PatchLauncher();
  private static final Launcher REDUCTION = new ReductionLauncher();
  private static final List<Launcher> ALL =
      List.of(
          ATTENTION,
          POINTWISE,
          BROADCAST,
          CONVERSION,
          DEQUANTIZE,
          LINEAR_COMBINATION,
          ROW_NORM,
          ROTARY,
          CONCAT_SLICE,
          PERMUTE,
          EMBEDDING,
          PATCH,
          REDUCTION,
          LINEAR,
          CONVOLUTION,
          GROUP_NORM);

  private Launchers() {}

  /** Every kernel of the catalogue. */
  public static List<PtxKernel> kernels() {
    return Stream.concat(
            ALL.stream().flatMap(launcher -> launcher.kernels().stream()),
            RandomNormal.kernels().stream())
        .distinct()
        .toList();
  }

  /**
   * Adds a call's launches to a plan.
   *
   * @throws KernelException when no kernel serves these types
   */
  public static void launch(OpCall call, LaunchPlan plan) {
    of(call.op()).launch(call, plan);
  }

  private static Launcher of(Op op) {
    return switch (op) {
      case Attention ignored -> ATTENTION;
      case Linear ignored -> LINEAR;
      case CausalConv3d ignored -> CONVOLUTION;
      case UpsampleConv3d ignored -> CONVOLUTION;
      case GroupNorm ignored -> GROUP_NORM;
      case LayerNorm ignored -> ROW_NORM;
      case LayerNormModulate ignored -> ROW_NORM;
      case RmsNorm ignored -> ROW_NORM;
      case RotaryEmbedding ignored -> ROTARY;
      case RmsNormRotary ignored -> ROTARY;
      case Activate ignored -> POINTWISE;
      case Add ignored -> BROADCAST;
      case Affine ignored -> POINTWISE;
      case Modulate ignored -> BROADCAST;
      case GatedResidual ignored -> BROADCAST;
      case SwiGlu ignored -> POINTWISE;
      case LinearCombination ignored -> LINEAR_COMBINATION;
      case Crossfade ignored -> BROADCAST;
      case GaussianSample ignored -> BROADCAST;
      case Cast ignored -> CONVERSION;
      case Dequantize ignored -> DEQUANTIZE;
      case TimestepEmbedding ignored -> CONVERSION;
      case FramesToRgb8 ignored -> CONVERSION;
      case Concat ignored -> CONCAT_SLICE;
      case Slice ignored -> CONCAT_SLICE;
      case Permute ignored -> PERMUTE;
      case Embedding ignored -> EMBEDDING;
      case Patchify ignored -> PATCH;
      case Unpatchify ignored -> PATCH;
      case UpsampleNearest3d ignored -> PATCH;
      case MaskedMean ignored -> REDUCTION;
      case RelativeL1 ignored -> REDUCTION;
      case GuidanceRescale ignored -> REDUCTION;
    };
  }

  private static Launcher missing(Op op) {
    throw new KernelException(op.name() + ": no kernel");
  }
}
